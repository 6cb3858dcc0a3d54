import MeshModel
import Testing
import XDSCore

@Suite("snapshot for Envoy")
struct EnvoySnapshotTests {
  private static let other = HostName("other", inNamespace: "default")

  private func service(_ host: HostName, _ addresses: String...) -> MeshService {
    MeshService(host: host, ports: [.init(name: "triple", number: 20000)], addresses: addresses)
  }

  private func user(_ name: String = "user") -> VirtualService {
    let match = HTTPMatch(headers: [HeaderMatch(name: name, match: .exact("admin"))])
    return greeterRule(
      HTTPRoute(matches: [match], destinations: [destination("v2")]),
      HTTPRoute(destinations: [destination("v1")])
    )
  }

  private func routes(_ snapshot: Snapshot, _ name: String) throws -> RouteConfiguration {
    try #require(snapshot.routeConfigurations.first { $0.name == name })
  }

  @Test("a service with addresses is listened for on each, whatever the authority")
  func ownAddresses() throws {
    let services = [service(greeterHost, "127.0.0.77", "::1")]
    let snapshot = build(greeterMesh(services: services), .envoy)
    #expect(snapshot.listeners.map(\.name) == ["127.0.0.77_20000", "::1_20000"])
    #expect(snapshot.listeners.map(\.routeConfigurationName) == [greeterTarget, greeterTarget])
    #expect(snapshot.listeners.map(\.socket?.address) == ["127.0.0.77", "::1"])
    let routes = try routes(snapshot, greeterTarget)
    #expect(routes.virtualHosts.map(\.domains) == [["*"]])
    #expect(snapshot.notes.isEmpty)
  }

  @Test("a service alone on the shared address gets every authority")
  func aloneOnSharedAddress() throws {
    let snapshot = build(greeterMesh(), .envoy)
    #expect(snapshot.listeners.map(\.name) == ["127.0.0.1_20000"])
    let routes = try routes(snapshot, "20000")
    #expect(routes.virtualHosts.count == 1)
    #expect(routes.virtualHosts[0].domains.contains("*"))
    #expect(routes.virtualHosts[0].domains.contains(greeterTarget))
  }

  @Test("services on the shared address are told apart by authority, and a note says so")
  func sharedAddress() throws {
    let namesake = HostName("dubbo-go-server", inNamespace: "shop")
    let services = [service(greeterHost), service(Self.other), service(namesake)]
    let snapshot = build(greeterMesh(services: services), .envoy)
    #expect(snapshot.listeners.map(\.name) == ["127.0.0.1_20000"])
    let hosts = try routes(snapshot, "20000").virtualHosts
    #expect(hosts.map(\.name).sorted() == services.map { "\($0.host):20000" }.sorted())
    #expect(hosts.flatMap(\.domains).filter { $0 == "*" }.isEmpty)
    let short = hosts.filter { $0.domains.contains("dubbo-go-server:20000") }
    #expect(short.map(\.name) == [greeterTarget])
    #expect(snapshot.notes.count == 1)
  }

  @Test("a service that comes to share a port takes the others' connections only by the routes")
  func sharingLater() throws {
    let first = build(greeterMesh(), .envoy)
    let services = [service(greeterHost), service(Self.other)]
    let second = build(greeterMesh(services: services), .envoy, revision: 2, previous: first)
    #expect(second.version(of: .listener) == first.version(of: .listener))
    #expect(try routes(second, "20000").virtualHosts.count == 2)
    let third = build(greeterMesh(), .envoy, revision: 3, previous: second)
    #expect(try routes(third, "20000").virtualHosts.count == 1)
  }

  @Test("an edit of one service changes nothing of the others that have their own address")
  func stamps() {
    let services = [service(greeterHost, "127.0.0.77"), service(Self.other, "127.0.0.78")]
    let first = build(greeterMesh(services: services), .envoy)
    let second = build(
      greeterMesh([user()], services: services),
      .envoy,
      revision: 2,
      previous: first
    )
    for type in ResourceType.allCases {
      for name in second.names(of: type) where name.contains("other") || name.contains(".78") {
        #expect(
          second.resourceVersion(type, named: name) == first.resourceVersion(type, named: name)
        )
      }
    }
    #expect(
      second.resourceVersion(.routeConfiguration, named: greeterTarget)
        != first.resourceVersion(.routeConfiguration, named: greeterTarget)
    )
  }

  @Test("the headers that rules look at are logged, and go on being so when the rule goes")
  func loggedHeaders() {
    func logged(_ snapshot: Snapshot) -> [String]? {
      snapshot.listeners.first?.socket?.accessLog?.requestHeaders
    }
    let first = build(greeterMesh(), .envoy)
    #expect(logged(first) == [])
    let second = build(greeterMesh([user("User")]), .envoy, revision: 2, previous: first)
    #expect(logged(second) == ["user"])
    let third = build(greeterMesh(), .envoy, revision: 3, previous: second)
    #expect(logged(third) == ["user"])
    #expect(third.version(of: .listener) == second.version(of: .listener))
    let fourth = build(greeterMesh([user("lane")]), .envoy, revision: 4, previous: third)
    #expect(logged(fourth) == ["lane", "user"])
    #expect(logged(build(greeterMesh([user(":authority")]), .envoy)) == [])
  }

  @Test("logs to the cluster that is asked for, or not at all", arguments: [nil, "plane"])
  func accessLogCluster(_ cluster: String?) {
    let snapshot = SnapshotBuilder(accessLogCluster: cluster).build(
      mesh: greeterMesh(),
      profile: .envoy,
      boot: "b",
      revision: 1,
      previous: nil
    )
    #expect(snapshot.listeners.map(\.socket?.accessLog?.cluster) == [cluster])
  }

  @Test("a method and pseudo-headers are matched by Envoy itself")
  func pseudoHeaders() {
    let match = HTTPMatch(
      method: .exact("GET"),
      headers: [HeaderMatch(name: ":authority", match: .prefix("a"))]
    )
    let rule = greeterRule(HTTPRoute(matches: [match], destinations: [destination("v1")]))
    let snapshot = build(greeterMesh([rule]), .envoy)
    #expect(
      snapshot.routes("20000").map(\.match.headers) == [
        [
          HeaderMatcher(name: ":method", condition: .exact("GET")),
          HeaderMatcher(name: ":authority", condition: .prefix("a")),
        ]
      ]
    )
    #expect(snapshot.notes.isEmpty)
  }

  @Test(
    "a header that must not match takes one route, but two where empty text would match",
    arguments: [
      (StringMatch.exact("admin"), 1), (.regex("a|b"), 1), (.present, 1), (.exact(""), 2),
      (.regex("a*"), 2),
    ]
  )
  func withoutHeader(_ condition: StringMatch, _ count: Int) {
    let match = HTTPMatch(withoutHeaders: [HeaderMatch(name: "user", match: condition)])
    let rule = greeterRule(HTTPRoute(matches: [match], destinations: [destination("v1")]))
    let routes = build(greeterMesh([rule]), .envoy).routes("20000")
    #expect(routes.count == count)
    #expect(routes.allSatisfy { $0.match.headers.allSatisfy(\.invert) })
    let takesMissing = routes.flatMap(\.match.headers).contains(where: \.takesMissingForEmpty)
    #expect(takesMissing == (count == 1 && condition != .present))
  }

  @Test(
    "a route leads back to its rule by authority, by the listener's address, or by cluster",
    arguments: [
      (greeterTarget, ""), ("127.0.0.77:20000", ""), ("[::1]:20000", ""),
      ("anything", "outbound|20000|v2|\(greeterHost)"),
    ]
  )
  func rules(_ authority: String, _ cluster: String) {
    let services = [service(greeterHost, "127.0.0.77", "::1")]
    let snapshot = build(greeterMesh([user()], services: services), .envoy)
    let found = snapshot.rule(forRoute: "rule-2", authority: authority, cluster: cluster)
    #expect(found?.index == 1)
    let port = ServicePort(host: greeterHost, port: 20000)
    #expect(snapshot.servicePort(dialled: authority, cluster: cluster) == port)
    #expect(snapshot.rule(forRoute: "rule-2", authority: "anything") == nil)
  }

  @Test("has no listener for a name that is not bound")
  func unknownListener() {
    #expect(build(greeterMesh(), .envoy).answer(.listener, named: greeterTarget) == nil)
  }
}
