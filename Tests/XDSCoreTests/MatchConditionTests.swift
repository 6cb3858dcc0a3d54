import MeshModel
import Testing

@testable import XDSCore

@Suite("matches that not every client can make")
struct MatchConditionTests {
  /// The first rule's routes, where a second one takes all calls.
  private func routes(_ profile: NodeProfile, _ match: HTTPMatch) -> (routes: [Route], notes: Int) {
    let rules = greeterRule(
      HTTPRoute(name: "first", matches: [match], destinations: [destination("v2")]),
      HTTPRoute(name: "last", destinations: [destination("v1")])
    )
    let snapshot = build(greeterMesh([rules]), profile)
    let routes = snapshot.routeConfigurations.flatMap(\.virtualHosts).flatMap(\.routes)
    let first = routes.filter { $0.name == "first" }
    // What follows a rule for every call isn't sent.
    let isForAll = first.contains { $0.match.isForEveryCall }
    #expect(routes.last?.name == (isForAll ? "first" : "last"))
    return (first, snapshot.notes.count)
  }

  @Test("authority, scheme and query parameters are Envoy's to match on")
  func requestParts() {
    let parameter = HeaderMatch(name: "q", match: .exact("1"))
    let table: [HTTPMatch] = [
      HTTPMatch(authority: .exact("a")), HTTPMatch(scheme: .exact("http")),
      HTTPMatch(queryParameters: [parameter]),
    ]
    for match in table {
      #expect(routes(.envoy, match).routes.count == 1)
      #expect(routes(.envoy, match).notes == 0)
      for profile in [NodeProfile.grpc, .dubbo] {
        #expect(routes(profile, match).routes.isEmpty)
        #expect(routes(profile, match).notes == 1)
      }
    }
    let envoy = routes(.envoy, HTTPMatch(queryParameters: [parameter])).routes
    #expect(
      envoy.map(\.match.queryParameters) == [
        [QueryParameterMatcher(name: "q", condition: .exact("1"))]
      ]
    )
  }

  @Test(
    "a match that isn't for all clients of the mesh is for none, and that is told",
    arguments: NodeProfile.allCases
  )
  func callers(_ profile: NodeProfile) {
    let table: [HTTPMatch] = [
      HTTPMatch(sourceLabels: ["app": "a"]), HTTPMatch(sourceNamespace: "a"),
      HTTPMatch(gateways: ["ingress"]),
    ]
    for match in table {
      #expect(routes(profile, match).routes.isEmpty)
      #expect(routes(profile, match).notes == 1)
    }
    #expect(routes(profile, HTTPMatch(gateways: ["ingress", "mesh"])).routes.count == 1)
  }

  @Test("a match for a port is in that port's routes only", arguments: NodeProfile.allCases)
  func port(_ profile: NodeProfile) {
    #expect(routes(profile, HTTPMatch(port: 20000)).routes.count == 1)
    #expect(routes(profile, HTTPMatch(port: 1)).routes.isEmpty)
    #expect(routes(profile, HTTPMatch(port: 1)).notes == 0)
  }

  @Test("a VirtualService for gateways steers no client of the mesh")
  func gateways() {
    var rules = greeterRule(HTTPRoute(name: "gateway", destinations: [destination("v2")]))
    rules.gateways = ["ingress"]
    #expect(build(greeterMesh([rules])).routes().map(\.name) == ["default"])
  }

  @Test("a delegate's rules stand where they are delegated to, and notes name the delegate")
  func delegate() {
    let leaf = VirtualService(
      name: ResourceName(name: "leaf"),
      hosts: [],
      http: [HTTPRoute(name: "leaf", destinations: [destination("v2")], cors: CORSPolicy())]
    )
    let root = greeterRule(
      HTTPRoute(
        name: "root",
        matches: [HTTPMatch(headers: [HeaderMatch(name: "a", match: .present)])],
        delegate: leaf.name
      ),
      HTTPRoute(destinations: [destination("v1")])
    )
    let snapshot = build(greeterMesh([root, leaf]))
    #expect(snapshot.routes().count == 2)
    #expect(snapshot.routes().first?.action == .cluster(greeterCluster("v2")))
    let name = snapshot.routes().first?.name ?? ""
    let address = RuleAddress(virtualService: root.name, index: 0)
    #expect(snapshot.rule(forRoute: name, authority: greeterTarget) == address)
    #expect(snapshot.notes.map(\.rule) == [address])
    #expect(
      snapshot.notes.map(\.object) == [MeshObjectKey(kind: .virtualService, name: leaf.name)]
    )
  }

  @Test("ten thousand rules of one name get names of their own in a moment")
  func manyNames() {
    let rules = (0..<10_000).map { number in
      HTTPRoute(
        name: "same",
        matches: [HTTPMatch(headers: [HeaderMatch(name: "n", match: .exact("\(number)"))])],
        destinations: [destination("v1")]
      )
    }
    let mesh = greeterMesh([
      VirtualService(name: .init(name: "g"), hosts: ["dubbo-go-server"], http: rules)
    ])
    let clock = ContinuousClock()
    var names: Set<String> = []
    let time = clock.measure { names = Set(build(mesh).routes().map(\.name)) }
    #expect(names.count == 10_000)
    // Quadratic, it would take minutes.
    #expect(time < .seconds(20))
  }
}
