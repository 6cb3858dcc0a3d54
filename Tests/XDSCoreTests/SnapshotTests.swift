import MeshModel
import Testing

@testable import XDSCore

@Suite("snapshot")
struct SnapshotTests {
  @Test(
    "answers LDS for any alias with a listener of exactly that name",
    arguments: [
      greeterTarget, "dubbo-go-server:20000", "dubbo-go-server.default:20000",
      "dubbo-go-server.default.svc:20000", "dubbo-go-server.default.svc.cluster:20000",
      "Dubbo-Go-Server:20000", "dubbo-go-server",
    ]
  )
  func aliases(_ name: String) {
    #expect(
      build(greeterMesh()).resource(.listener, named: name)
        == .listener(Listener(name: name, routeConfigurationName: greeterRoutes, filters: [.fault]))
    )
  }

  @Test(
    "has no resource, but an answer that fails fast, for what the mesh doesn't have",
    arguments: [
      ("nowhere:1234", "outbound|1234||nowhere.default.svc.cluster.local"),
      ("nowhere.example.com:1", "outbound|1||nowhere.example.com"),
      ("dubbo-go-server:99", "outbound|99||\(greeterHost)"),
      ("nowhere", "outbound|||nowhere.default.svc.cluster.local"),
    ]
  )
  func unknownHost(_ name: String, _ routes: String) {
    let snapshot = build(greeterMesh())
    #expect(snapshot.resource(.listener, named: name) == nil)
    #expect(
      snapshot.answer(.listener, named: name)
        == .listener(Listener(name: name, routeConfigurationName: routes, filters: [.fault]))
    )
    #expect(
      snapshot.answer(.routeConfiguration, named: routes)
        == .routeConfiguration(RouteConfiguration(name: routes, virtualHosts: []))
    )
    #expect(
      snapshot.answer(.endpoints, named: "x")
        == .endpoints(ClusterLoadAssignment(clusterName: "x", localities: []))
    )
  }

  @Test("is silent about listeners of servers")
  func serverListener() {
    let name = "xds.istio.io/grpc/lds/inbound/127.0.0.1:20000"
    #expect(build(greeterMesh()).answer(.listener, named: name) == nil)
  }

  @Test("a short name of several namespaces means the default one, else the first")
  func ambiguousShortName() {
    let hosts = ["zoo", "default", "art"].map { HostName("a", inNamespace: $0) }
    var index = HostIndex(hosts.map { service($0) })
    #expect(index.find("a:20000")?.host == hosts[1])
    index = HostIndex([hosts[0], hosts[2]].map { service($0) })
    #expect(index.find("a:20000")?.host == hosts[2])
    #expect(index.find("a.zoo:20000")?.host == hosts[0])
  }

  @Test("an edit of weights changes the version of RDS only")
  func versions() {
    let first = build(splitMesh(90, 10), revision: 41)
    let second = build(splitMesh(50, 50), revision: 42, previous: first)
    for type in ResourceType.allCases {
      let revision: UInt64 = type == .routeConfiguration ? 42 : 41
      #expect(second.version(of: type) == ConfigVersion(boot: "b", revision: revision))
    }
    let third = build(splitMesh(50, 50), revision: 43, previous: second)
    #expect(third.revision == 43)
    #expect(third.version(of: .routeConfiguration).revision == 42)
  }

  @Test("a removal changes the version, and so does an inventory under the same revision")
  func removalAndInventory() {
    let first = build(greeterMesh(), revision: 7)
    let moved = greeterMesh(workloads: [workload("v1"), workload("v2", number: 8)])
    let second = build(moved, revision: 7, previous: first)
    #expect(second.version(of: .endpoints) == ConfigVersion(boot: "b", revision: 7, phase: 2))
    #expect(second.version(of: .cluster) == ConfigVersion(boot: "b", revision: 7))
    let third = build(greeterMesh(subsets: ["v1"]), revision: 8, previous: second)
    #expect(third.version(of: .cluster) == ConfigVersion(boot: "b", revision: 8))
  }

  @Test("nothing is taken over from another engine run")
  func otherBoot() {
    let first = build(greeterMesh(), revision: 9)
    let second = SnapshotBuilder().build(
      mesh: greeterMesh(),
      profile: .grpc,
      boot: "c",
      revision: 9,
      previous: first
    )
    #expect(second.version(of: .cluster) == ConfigVersion(boot: "c", revision: 9))
  }

  @Test("stamps change with the content of one resource, not with its neighbours'")
  func stamps() {
    let other = HostName("other", inNamespace: "default")
    let services = [service(), service(other)]
    let first = build(greeterMesh(services: services))
    let workloads = [workload("v1"), workload("v2"), workload("v1", host: other)]
    let second = build(
      greeterMesh(workloads: workloads, services: services),
      revision: 2,
      previous: first
    )
    let name = ServicePort(host: other, port: 20000).clusterName()
    func stamp(_ snapshot: Snapshot, _ name: String) -> UInt64 {
      snapshot.storage.stamp(.endpoints, named: name)
    }
    #expect(stamp(first, name) != stamp(second, name))
    #expect(stamp(first, greeterCluster()) == stamp(second, greeterCluster()))
    #expect(stamp(first, "unknown") == 0)
  }

  @Test("a config version reads back from its text, and other text doesn't")
  func configVersionText() {
    for version in [
      ConfigVersion(boot: "k3x9", revision: 43), ConfigVersion(boot: "b", revision: 0, phase: 3),
    ] {
      #expect(ConfigVersion(version.description) == version)
    }
    for text in ["", "43", "-43", "b-", "b-x", "b-1.", "b-1.2.3", "b-1-2", "b--1"] {
      #expect(ConfigVersion(text) == nil, "\(text)")
    }
  }
}
