import MeshModel
import Testing

@testable import XDSCore

@Suite("server stream: dubbo-go")
struct DubboStreamTests {
  private static let istiod = "istiod.istio-system.svc.cluster.local"
  private let istiodCluster = "outbound|15010||\(DubboStreamTests.istiod)"
  private let client = HostName("dubbo-go-client", inNamespace: "default")
  private var own: String { ServicePort(host: client, port: 20000).clusterName() }
  private let all = greeterCluster()
  private let v1 = greeterCluster("v1")
  private let v2 = greeterCluster("v2")
  private let routes = greeterTarget

  /// All processes are on one host; the client's own service runs there too.
  private func mesh(_ target: String = "v1", subsets: [String] = ["v1", "v2"]) -> Mesh {
    greeterMesh(
      [greeterRule(HTTPRoute(destinations: [destination(target)]))],
      subsets: subsets,
      workloads: [
        workload("v1"), workload("v2"), workload("v1", number: 5, host: client),
        workload("v1", number: 6, host: client),
      ],
      services: [service(), service(client)]
    )
  }

  private func driver(
    _ mesh: Mesh,
    label: String = "",
    at address: String = "127.0.0.2"
  ) -> StreamDriver {
    let peer = ClientPeer(
      address: "127.0.0.1:9",
      localAddress: "\(address):15010",
      authority: "\(Self.istiod):15010"
    )
    var driver = StreamDriver(mesh, profile: .dubbo, peer: peer)
    driver.node = Node(
      id: "sidecar~127.0.0.1~dubbo-go-client-v1-abc.default~default.svc.cluster.local",
      labels: ["DUBBO_GO": label]
    )
    return driver
  }

  /// A client that has found all and has accepted all.
  private func settled(_ mesh: Mesh, _ names: [String]) -> StreamDriver {
    var driver = driver(mesh, label: "{}")
    _ = driver.send(.cluster, ["*"])
    _ = driver.ack(.cluster, ["*"])
    _ = driver.send(.endpoints, names)
    _ = driver.ack(.endpoints, names)
    _ = driver.send(.routeConfiguration, [routes])
    _ = driver.ack(.routeConfiguration, [routes])
    driver.time = driver.time.advanced(byNanoseconds: 1_000_000_000)
    return driver
  }

  // MARK: Finding

  @Test("the control plane is one of the clusters, by the name that was dialled")
  func controlPlane() {
    var driver = driver(mesh())
    #expect(driver.send(.cluster, ["*"]).names(.cluster)?.contains(istiodCluster) == true)
    var other = StreamDriver(mesh(), profile: .dubbo)
    #expect(other.send(.cluster, ["*"]).names(.cluster)?.contains(istiodCluster) == false)
  }

  @Test("a service of the mesh by that name is the control plane instead")
  func knownControlPlane() {
    var mesh = mesh()
    let host = HostName(Self.istiod)
    mesh.inventory.services.append(service(host, ports: [15010]))
    mesh.inventory.workloads += [3, 4].map { workload("v1", number: $0, host: host) }
    var driver = driver(mesh)
    let names = driver.send(.cluster, ["*"]).names(.cluster)
    #expect(names?.filter { $0 == istiodCluster }.count == 1)
    #expect(ports(driver.send(.endpoints, [istiodCluster]), istiodCluster) == [20003])
  }

  @Test("first endpoints are the control plane's and the client's own, one each; then all")
  func twoSteps() {
    var driver = driver(mesh())
    _ = driver.send(.cluster, ["*"])
    // Names grow one by one, with an empty one among them.
    #expect(driver.send(.endpoints, ["", v1]).sent.isEmpty)
    let first = driver.send(.endpoints, ["", v1, istiodCluster])
    #expect(first.names(.endpoints) == [istiodCluster])
    let names = [v1, v2, all, own, istiodCluster]
    let second = driver.send(.endpoints, names)
    #expect(second.names(.endpoints).map(Set.init) == [istiodCluster, own])
    #expect(ports(second, istiodCluster) == [15010])
    #expect(ports(second, own) == [20005])
    let third = driver.ack(.endpoints, names)
    #expect(third.names(.endpoints).map(Set.init) == Set(names))
    #expect(ports(third, own) == [20005, 20006])
    #expect(ports(third, istiodCluster) == [15010])
    #expect(driver.ack(.endpoints, names).sent.isEmpty)
  }

  @Test("a client at the control plane's own address finds itself first, then the control plane")
  func sharedAddress() {
    var driver = driver(mesh(), at: "127.0.0.1")
    _ = driver.send(.cluster, ["*"])
    let names = [v1, v2, all, own, istiodCluster]
    let first = driver.send(.endpoints, names)
    #expect(first.names(.endpoints) == [own])
    #expect(ports(first, own) == [20005])
    let second = driver.ack(.endpoints, names)
    #expect(second.names(.endpoints).map(Set.init) == [own, istiodCluster])
    #expect(ports(second, own) == [20005])
    let third = driver.ack(.endpoints, names)
    #expect(third.names(.endpoints).map(Set.init) == Set(names))
    #expect(ports(third, own) == [20005, 20006])
  }

  @Test("a client that never asks for its own gets all endpoints after a second")
  func tooLate() {
    var driver = driver(mesh())
    _ = driver.send(.cluster, ["*"])
    let asked = driver.send(.endpoints, [v1, v2])
    #expect(asked.sent.isEmpty)
    #expect(asked.wake == MonotonicTime(nanoseconds: 1_000_000_000))
    #expect(driver.wait(milliseconds: 999).sent.isEmpty)
    #expect(driver.wait(milliseconds: 1).names(.endpoints) == [v1, v2])
  }

  @Test("a provider that comes back has found itself, and gets all endpoints at once")
  func provider() {
    var driver = driver(mesh(), label: "{\"providers:api.Greeter::\":\"x:1\"}")
    #expect(driver.send(.endpoints, ["", own, v1]).names(.endpoints) == [v1, own].sorted())
  }

  @Test("the own service is the one named like the pod, of several at its address")
  func ownService() throws {
    let identity = try #require(
      SidecarIdentity(nodeID: "sidecar~127.0.0.1~dubbo-go-client-v1-abc.default~d")
    )
    let snapshot = build(mesh())
    #expect(snapshot.ownEndpoint(of: identity)?.clusterName == own)
    // Without any at its address, its name alone tells.
    let elsewhere = try #require(
      SidecarIdentity(nodeID: "sidecar~10.0.0.5~dubbo-go-client-v1-abc.default~d")
    )
    let endpoint = snapshot.ownEndpoint(of: elsewhere)?.usableEndpoints
    #expect(endpoint == [Endpoint(address: "10.0.0.5", port: 20000)])
    let stranger = try #require(SidecarIdentity(nodeID: "sidecar~10.0.0.5~x.default~d"))
    #expect(snapshot.ownEndpoint(of: stranger) == nil)
    #expect(SidecarIdentity(nodeID: "client") == nil)
  }

  // MARK: Names

  @Test("names that would end the client's process never go out")
  func badNames() {
    var driver = driver(mesh(), label: "{}")
    #expect(driver.send(.endpoints, ["a", "a|b", v1]).names(.endpoints) == [v1])
    #expect(driver.send(.cluster, ["*", "foo"]).names(.cluster)?.contains("foo") == false)
    #expect(driver.ack(.endpoints, []).events.last == .subscribed(.endpoints, names: 0))
  }

  // MARK: Order

  @Test("routes wait until the endpoints of each of their clusters are accepted")
  func routesWait() {
    var driver = settled(mesh("v1", subsets: ["v1"]), [all, v1, own])
    #expect(driver.publish(mesh("v2")).sent == ["CDS"])
    // dubbo-go accepts clusters at once, and asks for endpoints after that.
    #expect(driver.ack(.cluster, ["*"]).sent.isEmpty)
    #expect(driver.ack(.endpoints, [all, v1, v2, own]).sent == ["EDS"])
    #expect(driver.ack(.endpoints, [all, v1, v2, own]).sent == ["RDS"])
  }

  @Test("routes to what the client never asks for go out after a second")
  func boundedWait() {
    var driver = settled(mesh("v1", subsets: ["v1"]), [all, v1, own])
    _ = driver.publish(mesh("v2"))
    #expect(driver.ack(.cluster, ["*"]).sent.isEmpty)
    #expect(driver.wait(milliseconds: 1_000).sent == ["RDS"])
  }

  @Test("clusters go one by one, and never soon after another response")
  func removals() {
    let subsets = ["v1", "v2", "v3", "v4"]
    var driver = settled(mesh("v1", subsets: subsets), [all, v1, own])
    let before = Set(driver.set[.dubbo].names(of: .cluster))
    var seen: [(time: UInt64, names: Set<String>)] = [(0, before.union([istiodCluster]))]
    var actions = driver.publish(mesh("v1", subsets: ["v1"]))
    for _ in 0..<100 {
      for response in actions.responses where response.type == .cluster {
        seen.append((driver.time.nanoseconds, Set(response.resources.map(\.name))))
        _ = driver.ack(.cluster, ["*"])
      }
      actions = driver.wait(milliseconds: 20)
    }
    #expect(seen.count == 4)
    for (old, new) in zip(seen, seen.dropFirst()) {
      #expect(old.names.subtracting(new.names).count == 1)
      #expect(new.time - old.time >= 100_000_000)
    }
    #expect(seen.last?.names == Set(driver.set[.dubbo].names(of: .cluster) + [istiodCluster]))
  }
}
