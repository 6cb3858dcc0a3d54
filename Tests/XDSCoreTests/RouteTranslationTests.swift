import MeshModel
import Testing
import XDSCore

@Suite("routes of a VirtualService")
struct RouteTranslationTests {
  private let admin = HTTPMatch(headers: [HeaderMatch(name: "user", match: .exact("admin"))])

  private func routes(_ rules: HTTPRoute...) -> [Route] {
    build(
      greeterMesh([
        VirtualService(name: ResourceName(name: "g"), hosts: ["dubbo-go-server"], http: rules)
      ])
    ).routes()
  }

  @Test("keep their order, and an empty match ends the list")
  func order() {
    let routes = routes(
      HTTPRoute(matches: [admin], destinations: [destination("v2")]),
      HTTPRoute(destinations: [destination("v1")]),
      HTTPRoute(destinations: [destination("v2")])
    )
    #expect(routes.map(\.name) == ["rule-1", "rule-2"])
    #expect(
      routes.map(\.action) == [.cluster(greeterCluster("v2")), .cluster(greeterCluster("v1"))]
    )
  }

  @Test("are one for each match, with unique names that lead back to the rule")
  func names() {
    var named = admin
    named.name = "boss"
    let rules = greeterRule(
      HTTPRoute(name: "rule-2", matches: [admin, named, admin], destinations: [destination("v2")]),
      HTTPRoute(destinations: [destination("v1")])
    )
    let snapshot = build(greeterMesh([rules]))
    #expect(snapshot.routes().map(\.name) == ["rule-2", "rule-2.boss", "rule-2#2", "rule-2#3"])
    let indexes = snapshot.routes().map {
      snapshot.rule(forRoute: $0.name, authority: "dubbo-go-server:20000")?.index
    }
    #expect(indexes == [0, 0, 0, 1])
  }

  @Test("a VirtualService with matches only has no route for the rest")
  func noCatchAll() {
    #expect(routes(HTTPRoute(matches: [admin], destinations: [destination("v2")])).count == 1)
  }

  @Test("go to one cluster if there is one destination, whatever its weight")
  func singleDestination() {
    #expect(
      routes(HTTPRoute(destinations: [destination("v1", 0)])).map(\.action)
        == [.cluster(greeterCluster("v1"))]
    )
  }

  @Test("leave out weights of 0 and merge equal destinations")
  func zeroAndDuplicate() {
    let routes = routes(
      HTTPRoute(destinations: [
        destination("v1", 30), destination("v2", 10), destination(nil, 0), destination("v1", 5),
      ])
    )
    #expect(
      routes.map(\.action) == [
        .weightedClusters([
          WeightedCluster(name: greeterCluster("v1"), weight: 35),
          WeightedCluster(name: greeterCluster("v2"), weight: 10),
        ])
      ]
    )
    let single = self.routes(
      HTTPRoute(destinations: [destination("v1", 0), destination("v2", 10)])
    )
    #expect(single.map(\.action) == [.cluster(greeterCluster("v2"))])
  }

  @Test("with weights that sum above 32 bits are scaled, shares kept")
  func hugeWeights() throws {
    let largest = Int(UInt32.max)
    let action = routes(
      HTTPRoute(destinations: [
        destination("v1", largest), destination("v2", largest), destination(nil, 1),
      ])
    ).map(\.action)
    guard case .weightedClusters(let clusters)? = action.first else { throw Missing() }
    #expect(clusters.reduce(UInt64(0)) { $0 + UInt64($1.weight) } <= UInt64(UInt32.max))
    #expect(clusters[0].weight == clusters[1].weight)
    #expect(clusters[0].weight > UInt32.max / 2 - 10)
    #expect(clusters[2].weight == 1)
  }

  @Test("with weights of 0 only go to a cluster without endpoints, so calls fail at once")
  func allZero() throws {
    let snapshot = build(
      greeterMesh([
        greeterRule(HTTPRoute(destinations: [destination("v1", 0), destination("v2", 0)]))
      ])
    )
    guard case .cluster(let name)? = snapshot.routes().first?.action else { throw Missing() }
    #expect(snapshot.endpointPorts(name) == [])
  }

  @Test("resolve a short host in the VirtualService's namespace and a missing port")
  func destinationNames() {
    let other = HostName("other", inNamespace: "shop")
    let rule = VirtualService(
      name: ResourceName(namespace: "shop", name: "r"),
      hosts: [greeterHost.description],
      http: [
        HTTPRoute(destinations: [
          RouteDestination(host: "other", subset: "x", weight: .one),
          RouteDestination(host: "other", port: 5, weight: .one),
          RouteDestination(host: "unknown", weight: .one),
        ])
      ]
    )
    let snapshot = build(greeterMesh([rule], services: [service(), service(other, ports: [7])]))
    #expect(
      snapshot.routes().flatMap(\.action.clusters) == [
        "outbound|7|x|other.shop.svc.cluster.local", "outbound|5||other.shop.svc.cluster.local",
        "outbound|20000||unknown.shop.svc.cluster.local",
      ]
    )
  }

  @Test("a note tells once what the client can't do")
  func notes() throws {
    let binary = HTTPMatch(headers: [HeaderMatch(name: "trace-bin", match: .present)])
    let get = HTTPMatch(method: .exact("GET"))
    let rule = greeterRule(HTTPRoute(matches: [binary, get], destinations: [destination("v1")]))
    let snapshot = build(greeterMesh([rule], services: [service(ports: [20000, 20001])]))
    #expect(snapshot.notes.count == 2)
    #expect(snapshot.notes.allSatisfy { $0.message.hasPrefix("not on this client: ") })
    #expect(
      snapshot.notes.map(\.rule)
        == Array(repeating: RuleAddress(virtualService: rule.name, index: 0), count: 2)
    )
  }
}
