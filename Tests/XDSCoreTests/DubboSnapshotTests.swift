import MeshModel
import Testing

@testable import XDSCore

@Suite("snapshot for dubbo-go")
struct DubboSnapshotTests {
  private func endpoints(_ snapshot: Snapshot, _ subset: String? = nil) -> [String] {
    snapshot.assignment(greeterCluster(subset))?.localities.flatMap(\.endpoints).map {
      "\($0.port) \($0.health)"
    } ?? []
  }

  private func matching(_ match: HTTPMatch) -> Snapshot {
    let rule = greeterRule(HTTPRoute(matches: [match], destinations: [destination("v1")]))
    return build(greeterMesh([rule]), .dubbo)
  }

  @Test("routes are named HOST:PORT, for any domain")
  func names() {
    let snapshot = build(greeterMesh(), .dubbo)
    #expect(snapshot.names(of: .routeConfiguration) == [greeterTarget])
    #expect(snapshot.routeConfigurations[0].virtualHosts.map(\.domains) == [["*"]])
    #expect(snapshot.routes(greeterTarget).map(\.action) == [.cluster(greeterCluster())])
  }

  @Test("an endpoint that goes stays, as unhealthy, until it comes back")
  func tombstone() {
    let both = greeterMesh(workloads: [workload("v1"), workload("v1", number: 2)])
    let one = greeterMesh(workloads: [workload("v1")])
    let first = build(both, .dubbo)
    #expect(endpoints(first, "v1") == ["20001 healthy", "20002 healthy"])
    let second = build(one, .dubbo, revision: 2, previous: first)
    #expect(endpoints(second, "v1") == ["20001 healthy", "20002 unhealthy"])
    let third = build(one, .dubbo, revision: 3, previous: second)
    #expect(third.version(of: .endpoints) == second.version(of: .endpoints))
    let fourth = build(both, .dubbo, revision: 4, previous: third)
    #expect(endpoints(fourth, "v1") == ["20001 healthy", "20002 healthy"])
    let grpc = build(one, .grpc, revision: 2, previous: build(both, .grpc))
    #expect(endpoints(grpc, "v1") == ["20001 healthy"])
  }

  @Test("an endpoint that is unhealthy or drained is told as unhealthy")
  func unhealthy() {
    let mesh = greeterMesh(workloads: [
      workload("v1"), workload("v1", number: 2, health: .draining),
      workload("v1", number: 3, health: .unhealthy),
    ])
    #expect(
      endpoints(build(mesh, .dubbo)) == ["20001 healthy", "20002 unhealthy", "20003 unhealthy"]
    )
  }

  @Test("a subset that goes and comes back remembers its endpoints")
  func returningSubset() {
    let first = build(greeterMesh(), .dubbo)
    let second = build(greeterMesh(subsets: ["v1"]), .dubbo, revision: 2, previous: first)
    #expect(endpoints(second, "v2") == [])
    let moved = greeterMesh(workloads: [workload("v1"), workload("v2", number: 9)])
    let third = build(moved, .dubbo, revision: 3, previous: second)
    #expect(endpoints(third, "v2") == ["20109 healthy", "20101 unhealthy"])
  }

  @Test("so many endpoints that went are kept, and the latest of them")
  func boundedTombstones() {
    let limit = ClusterLoadAssignment.mostTombstones
    var snapshot: Snapshot?
    for number in 1...(limit + 10) {
      let mesh = greeterMesh(workloads: [workload("v1", number: number)])
      snapshot = build(mesh, .dubbo, revision: UInt64(number), previous: snapshot)
    }
    let told = snapshot.map { endpoints($0, "v1") } ?? []
    #expect(told.count == limit + 1)
    #expect(told.first == "\(20000 + limit + 10) healthy")
    #expect(told.contains("\(20000 + limit + 9) unhealthy"))
    #expect(!told.contains("20001 unhealthy"))
  }

  @Test("there is one nameless locality")
  func locality() {
    var near = workload("v1")
    near.locality = Locality(region: "here")
    let snapshot = build(greeterMesh(workloads: [near, workload("v2")]), .dubbo)
    let localities = snapshot.assignment(greeterCluster())?.localities
    #expect(localities?.map(\.region) == [""])
    #expect(localities?.map(\.weight) == [2])
  }

  @Test(
    "a path becomes the method's name",
    arguments: [
      (StringMatch.exact("/api.Greeter/SayHello"), RouteMatch.Path.exact("/SayHello")),
      (.exact("/SayHello"), .exact("/SayHello")),
      (.prefix("/api.Greeter/"), .prefix("/")), (.prefix("/api.Greeter"), .prefix("/")),
      (.prefix("/api.Greeter/Say"), .prefix("/Say")), (.prefix("/Say"), .prefix("/Say")),
      (.prefix("/"), .prefix("/")), (.regex(".*"), .prefix("/")), (.present, .prefix("/")),
    ]
  )
  func path(_ uri: StringMatch, _ path: RouteMatch.Path) {
    let snapshot = matching(HTTPMatch(uri: uri))
    #expect(snapshot.routes(greeterTarget).map(\.match.path) == [path])
    #expect(snapshot.notes.isEmpty)
  }

  @Test(
    "what can't be matched is left out and told",
    arguments: [
      HTTPMatch(uri: .regex("/api.*")), HTTPMatch(uri: .exact("/a/b/c")),
      HTTPMatch(uri: .exact("/api.Greeter/")), HTTPMatch(uri: .exact("SayHello")),
      HTTPMatch(method: .exact("GET")),
      HTTPMatch(headers: [HeaderMatch(name: ":authority", match: .present)]),
      HTTPMatch(headers: [HeaderMatch(name: "x-bin", match: .present)]),
      HTTPMatch(headers: [HeaderMatch(name: "user", match: .exact(""))]),
      HTTPMatch(withoutHeaders: [HeaderMatch(name: "user", match: .exact(""))]),
      HTTPMatch(withoutHeaders: [HeaderMatch(name: ":authority", match: .exact("a"))]),
    ]
  )
  func impossible(_ match: HTTPMatch) {
    let snapshot = matching(match)
    #expect(snapshot.notes.count == 1)
    #expect(snapshot.notes.first?.rule?.index == 0)
    // Calls fail, as they would without a route.
    let routes = snapshot.routes(greeterTarget)
    #expect(routes.count == 1)
    #expect(routes.flatMap(\.action.clusters).map { snapshot.endpointPorts($0) } == [[]])
    #expect(snapshot.rule(forRoute: "none", authority: greeterTarget) == nil)
  }

  @Test("a header that must not match takes two routes")
  func withoutHeader() {
    let match = HTTPMatch(withoutHeaders: [HeaderMatch(name: "user", match: .exact("admin"))])
    #expect(matching(match).routes(greeterTarget).count == 2)
  }

  @Test("rules without a last one for all calls get none: the others find no provider")
  func noDefault() {
    let match = HTTPMatch(headers: [HeaderMatch(name: "user", match: .exact("admin"))])
    let routes = matching(match).routes(greeterTarget)
    #expect(routes.map(\.action) == [.cluster(greeterCluster("v1"))])
  }

  @Test("says nothing of routes that it doesn't have, nor of names that would end the client")
  func placeholders() {
    let snapshot = build(greeterMesh(), .dubbo)
    #expect(snapshot.answer(.routeConfiguration, named: "nowhere:1") == nil)
    #expect(snapshot.answer(.cluster, named: "a|b") == nil)
    #expect(snapshot.answer(.endpoints, named: "istiod") == nil)
    #expect(snapshot.answer(.endpoints, named: "outbound|1||x") != nil)
  }
}
