import MeshModel
import Testing

@testable import XDSCore

@Suite("server stream: pushes")
struct ServerStreamPushTests {
  private let v1 = greeterCluster("v1")
  private let v2 = greeterCluster("v2")
  private let v3 = greeterCluster("v3")
  private let rules = splitMesh(90, 10).rules.virtualServices

  /// All to one subset, with these subsets defined; each has a workload.
  private func mesh(_ target: String, subsets: [String]) -> Mesh {
    greeterMesh(
      [greeterRule(HTTPRoute(destinations: [destination(target)]))],
      subsets: subsets,
      workloads: ["v1", "v2", "v3"].enumerated().map { workload($1, number: $0 + 1) }
    )
  }

  @Test("an edit of weights sends RDS only, and tells that the rest is in force")
  func weights() {
    var driver = StreamDriver(splitMesh(90, 10))
    driver.settle()
    let actions = driver.publish(splitMesh(50, 50))
    #expect(actions.sent == ["RDS"])
    #expect(
      actions.events == [
        .acked(.cluster, revision: 2), .acked(.endpoints, revision: 2),
        .acked(.listener, revision: 2), .sent(.routeConfiguration, revision: 2),
      ]
    )
    #expect(
      driver.ack(.routeConfiguration, [greeterRoutes])
        == [.event(.acked(.routeConfiguration, revision: 2))]
    )
  }

  @Test("an edit of one service is not pushed to clients of another")
  func otherService() {
    let other = HostName("other", inNamespace: "default")
    let services = [service(), service(other)]
    var driver = StreamDriver(greeterMesh(rules, services: services))
    driver.settle()
    let rule = VirtualService(
      name: ResourceName(name: "o"),
      hosts: ["other"],
      http: [HTTPRoute(destinations: [destination("v1")])]
    )
    let actions = driver.publish(greeterMesh(rules + [rule], services: services))
    #expect(actions.sent.isEmpty)
    #expect(actions.events.contains(.acked(.routeConfiguration, revision: 2)))
  }

  @Test("the same revision again is not told again")
  func sameRevision() {
    var driver = StreamDriver(splitMesh(90, 10))
    driver.settle()
    #expect(driver.stream.publish(driver.set, time: .zero).isEmpty)
    driver.set = SnapshotSet(
      mesh: splitMesh(90, 10),
      boot: "b",
      revision: 1,
      previous: driver.set
    )
    #expect(driver.stream.publish(driver.set, time: .zero).isEmpty)
  }

  @Test("while a response is unanswered newer content waits, then only the newest goes out")
  func coalescing() throws {
    var driver = StreamDriver(splitMesh(90, 10))
    driver.settle()
    #expect(driver.publish(splitMesh(80, 20)).sent == ["RDS"])
    for weight in 30..<40 {
      #expect(driver.publish(splitMesh(100 - weight, weight)).sent.isEmpty)
    }
    let actions = driver.ack(.routeConfiguration, [greeterRoutes])
    #expect(actions.sent == ["RDS"])
    #expect(actions.events.first == .acked(.routeConfiguration, revision: 2))
    #expect(actions.responses.first?.revision == 12)
    #expect(driver.ack(.routeConfiguration, [greeterRoutes]).sent.isEmpty)
  }

  @Test("a NACK releases the newest content as well")
  func coalescingNack() {
    var driver = StreamDriver(splitMesh(90, 10))
    driver.settle()
    _ = driver.publish(splitMesh(80, 20))
    _ = driver.publish(splitMesh(70, 30))
    let actions = driver.nack(.routeConfiguration, [greeterRoutes], "bad")
    #expect(actions.events.first == .nacked(.routeConfiguration, revision: 2, reason: "bad"))
    #expect(actions.responses.first?.revision == 3)
  }

  @Test("an ACK counts for the newest revision whose content was sent")
  func ackOfUnchanged() {
    var driver = StreamDriver(splitMesh(90, 10))
    driver.settle()
    _ = driver.publish(splitMesh(80, 20))
    #expect(driver.publish(splitMesh(80, 20)).sent.isEmpty)
    #expect(
      driver.ack(.routeConfiguration, [greeterRoutes])
        == [.event(.acked(.routeConfiguration, revision: 3))]
    )
  }

  @Test("a request that comes with a newer snapshot gets that one")
  func requestWithNewerSnapshot() {
    var driver = StreamDriver(splitMesh(90, 10))
    _ = driver.send(.routeConfiguration, [greeterRoutes])
    _ = driver.ack(.routeConfiguration, [greeterRoutes])
    driver.set = driver.set.next(splitMesh(50, 50))
    #expect(driver.send(.cluster, [v1]).sent == ["RDS", "CDS"])
    #expect(driver.publish(splitMesh(50, 50)).sent.isEmpty)
  }

  @Test("a new cluster goes out before the route to it: CDS, EDS, RDS")
  func orderOfAPush() {
    var driver = StreamDriver(mesh("v1", subsets: ["v1", "v2"]))
    _ = driver.send(.cluster, [])
    _ = driver.ack(.cluster, [])
    _ = driver.send(.endpoints, [v1])
    _ = driver.ack(.endpoints, [v1])
    _ = driver.send(.routeConfiguration, [greeterRoutes])
    _ = driver.ack(.routeConfiguration, [greeterRoutes])
    var next = mesh("v3", subsets: ["v1", "v2", "v3"])
    next.inventory.workloads[0].port = 1
    #expect(driver.publish(next).sent == ["CDS", "EDS", "RDS"])
  }

  @Test("routes wait while newer clusters wait for an answer to older ones; endpoints don't")
  func routesWaitForClusters() {
    var driver = StreamDriver(mesh("v1", subsets: ["v1"]))
    _ = driver.send(.cluster, [])
    _ = driver.send(.endpoints, [v1])
    _ = driver.ack(.endpoints, [v1])
    _ = driver.send(.routeConfiguration, [greeterRoutes])
    _ = driver.ack(.routeConfiguration, [greeterRoutes])
    var next = mesh("v2", subsets: ["v1", "v2"])
    next.inventory.workloads[0].port = 1
    // The first CDS is unanswered.
    #expect(driver.publish(next).sent == ["EDS"])
    #expect(driver.ack(.endpoints, [v1]).sent.isEmpty)
    #expect(driver.ack(.cluster, []).sent == ["CDS", "RDS"])
  }

  @Test("a profile can have routes wait until clusters and endpoints are accepted")
  func routesAwaitEndpoints() {
    let envoyRoutes = "20000"
    var driver = StreamDriver(mesh("v1", subsets: ["v1"]), profile: .envoy)
    _ = driver.send(.cluster, [])
    _ = driver.ack(.cluster, [])
    _ = driver.send(.endpoints, [v1])
    _ = driver.ack(.endpoints, [v1])
    #expect(driver.send(.routeConfiguration, [envoyRoutes]).sent == ["RDS"])
    _ = driver.ack(.routeConfiguration, [envoyRoutes])
    #expect(driver.publish(mesh("v2", subsets: ["v1", "v2"])).sent == ["CDS"])
    // Envoy asks for the endpoints before it accepts the clusters.
    #expect(driver.ack(.endpoints, [v1, v2]).sent == ["EDS"])
    #expect(driver.ack(.cluster, []).sent.isEmpty)
    #expect(driver.ack(.endpoints, [v1, v2]).sent == ["RDS"])
  }

  @Test("a wildcard client keeps a removed cluster until it accepted the routes without it")
  func removedCluster() {
    var driver = StreamDriver(mesh("v2", subsets: ["v1", "v2"]))
    _ = driver.send(.cluster, [])
    _ = driver.ack(.cluster, [])
    _ = driver.send(.routeConfiguration, [greeterRoutes])
    _ = driver.ack(.routeConfiguration, [greeterRoutes])

    let pushed = driver.publish(mesh("v3", subsets: ["v1", "v3"]))
    #expect(pushed.sent == ["CDS", "RDS"])
    #expect(Set(pushed.names(.cluster) ?? []) == [greeterCluster(), v1, v2, v3])
    #expect(pushed.responses.first?.version == ConfigVersion(boot: "b", revision: 2, phase: 1))
    // The step in between is not the revision's content, so its ACK is not told.
    #expect(driver.ack(.cluster, []).isEmpty)

    let settled = driver.ack(.routeConfiguration, [greeterRoutes])
    #expect(settled.sent == ["CDS"])
    #expect(Set(settled.names(.cluster) ?? []) == [greeterCluster(), v1, v3])
    #expect(settled.responses.first?.version == ConfigVersion(boot: "b", revision: 2))
    #expect(driver.ack(.cluster, []) == [.event(.acked(.cluster, revision: 2))])
  }

  @Test("a client that refuses the routes keeps the removed cluster, over several revisions")
  func removedClusterAfterNack() {
    var driver = StreamDriver(mesh("v1", subsets: ["v1"]))
    _ = driver.send(.cluster, [])
    _ = driver.ack(.cluster, [])
    _ = driver.send(.routeConfiguration, [greeterRoutes])
    _ = driver.ack(.routeConfiguration, [greeterRoutes])
    _ = driver.publish(mesh("v2", subsets: ["v2"]))
    _ = driver.ack(.cluster, [])
    #expect(driver.nack(.routeConfiguration, [greeterRoutes], "bad").sent.isEmpty)

    let pushed = driver.publish(mesh("v3", subsets: ["v3"]))
    #expect(Set(pushed.names(.cluster) ?? []) == [greeterCluster(), v1, v2, v3])
    _ = driver.ack(.cluster, [])
    let settled = driver.ack(.routeConfiguration, [greeterRoutes])
    #expect(Set(settled.names(.cluster) ?? []) == [greeterCluster(), v3])
  }

  @Test("a removed cluster goes at once where no route changes or none is asked for")
  func removedUnusedCluster() {
    for hasRoutes in [true, false] {
      var driver = StreamDriver(mesh("v1", subsets: ["v1", "v2"]))
      _ = driver.send(.cluster, [])
      _ = driver.ack(.cluster, [])
      if hasRoutes {
        _ = driver.send(.routeConfiguration, [greeterRoutes])
        _ = driver.ack(.routeConfiguration, [greeterRoutes])
      }
      let pushed = driver.publish(mesh("v1", subsets: ["v1"]))
      #expect(pushed.sent == ["CDS"])
      #expect(Set(pushed.names(.cluster) ?? []) == [greeterCluster(), v1])
    }
  }

  @Test("a cluster that comes back while it was kept is one of the present ones")
  func returningCluster() {
    var driver = StreamDriver(mesh("v2", subsets: ["v1", "v2"]))
    _ = driver.send(.cluster, [])
    _ = driver.ack(.cluster, [])
    _ = driver.send(.routeConfiguration, [greeterRoutes])
    _ = driver.ack(.routeConfiguration, [greeterRoutes])
    _ = driver.publish(mesh("v1", subsets: ["v1"]))
    _ = driver.ack(.cluster, [])
    let pushed = driver.publish(mesh("v2", subsets: ["v1", "v2"]))
    #expect(pushed.names(.cluster)?.filter { $0 == v2 }.count == 1)
    #expect(pushed.responses.first?.version == ConfigVersion(boot: "b", revision: 3))
  }

  @Test("of what a client asks for by name nothing is taken away while its routes may need it")
  func namedClusters() {
    var driver = StreamDriver(mesh("v2", subsets: ["v1", "v2"]))
    driver.settle([v2])
    #expect(driver.publish(mesh("v1", subsets: ["v1"])).sent == ["RDS"])
    // It asks for more while v2 is gone: v2 still exists, and its endpoints are left as they are.
    #expect(driver.ack(.cluster, [v1, v2]).names(.cluster) == [v1, v2])
    #expect(driver.ack(.endpoints, [v1, v2]).names(.endpoints) == [v1])
    _ = driver.ack(.cluster, [v1])
    _ = driver.ack(.endpoints, [v1])
    #expect(driver.ack(.routeConfiguration, [greeterRoutes]).sent.isEmpty)
    // Asked for anew it is unknown, so calls fail at once.
    #expect(driver.ack(.cluster, [v1, v2]).names(.cluster) == [v1, v2])
    #expect(driver.ack(.endpoints, [v1, v2]).names(.endpoints) == [v1, v2])
  }

  @Test("a client that returns keeps endpoints that are gone, until its routes have moved")
  func returningClient() {
    var driver = StreamDriver(mesh("v1", subsets: ["v1"]))
    #expect(driver.send(.endpoints, [v1, v2], version: "a-9").names(.endpoints) == [v1])
    #expect(driver.send(.cluster, [v2], version: "a-9").names(.cluster) == [v2])
  }

  @Test("a service that goes away fails its clients' calls at once, and comes back")
  func removedService() throws {
    var driver = StreamDriver(mesh("v1", subsets: ["v1"]))
    driver.settle([v1])
    var empty = mesh("v1", subsets: ["v1"])
    empty.inventory = MeshInventory()
    let pushed = driver.publish(empty)
    #expect(
      pushed.responses.last { $0.type == .routeConfiguration }?.resources == [
        .routeConfiguration(RouteConfiguration(name: greeterRoutes, virtualHosts: []))
      ]
    )
    for type in ResourceType.allCases {
      let names = driver.stream.status(of: type).names
      _ = driver.ack(type, names)
    }
    #expect(driver.publish(mesh("v1", subsets: ["v1"])).sent.contains("RDS"))
  }

  @Test("a wildcard's removed clusters are kept once, and only from when it was asked")
  func keptOnce() {
    var driver = StreamDriver(mesh("v1", subsets: ["v1", "v2", "v3"]))
    _ = driver.publish(mesh("v1", subsets: ["v1", "v2"]))
    // Unanswered routes, but the client never had v3.
    _ = driver.send(.routeConfiguration, [greeterRoutes])
    #expect(driver.send(.cluster, []).names(.cluster)?.contains(v3) == false)
    _ = driver.ack(.cluster, [])
    _ = driver.ack(.routeConfiguration, [greeterRoutes])
    // v2 goes at once; when v1 goes later, v2 is not kept again.
    #expect(driver.publish(mesh("v1", subsets: ["v1"])).names(.cluster)?.contains(v2) == false)
    _ = driver.ack(.cluster, [])
    let pushed = driver.publish(mesh("v3", subsets: ["v3"]))
    #expect(Set(pushed.names(.cluster) ?? []) == [greeterCluster(), v1, v3])
  }

  @Test("unknown endpoints are told empty only when no newer routes are on their way")
  func withheldEndpoints() {
    var driver = StreamDriver(mesh("v2", subsets: ["v1", "v2"]))
    _ = driver.send(.routeConfiguration, [greeterRoutes])
    _ = driver.publish(mesh("v1", subsets: ["v1"]))
    // The client goes by the first routes, whose v2 is gone already.
    #expect(driver.send(.endpoints, [v2]).names(.endpoints) == [])
    #expect(driver.ack(.endpoints, [v2]).sent.isEmpty)
    #expect(driver.ack(.routeConfiguration, [greeterRoutes]).sent == ["RDS"])
    #expect(driver.ack(.routeConfiguration, [greeterRoutes]).names(.endpoints) == [v2])
    #expect(driver.ack(.endpoints, [v2]).sent.isEmpty)
  }

  @Test("responses that leave out different names have different nonces")
  func omissionInNonce() throws {
    var returning = StreamDriver(mesh("v1", subsets: ["v1"]))
    var fresh = returning
    let first = try #require(returning.send(.endpoints, [v1, v2], version: "a-9").responses.first)
    let second = try #require(fresh.send(.endpoints, [v1, v2]).responses.first)
    #expect(first.nonce != second.nonce)
    #expect(first != second)
  }

  @Test("an alias that comes to mean another host is pushed")
  func movedAlias() {
    let hosts = ["default", "shop"].map { HostName("a", inNamespace: $0) }
    var driver = StreamDriver(greeterMesh(services: hosts.map { service($0) }))
    _ = driver.send(.listener, ["a:20000"])
    _ = driver.ack(.listener, ["a:20000"])
    let pushed = driver.publish(greeterMesh(services: [service(hosts[1])]))
    let name = ServicePort(host: hosts[1], port: 20000).clusterName()
    #expect(
      pushed.responses.first?.resources
        == [
          .listener(Listener(name: "a:20000", routeConfigurationName: name, filters: [.fault]))
        ]
    )
  }
}
