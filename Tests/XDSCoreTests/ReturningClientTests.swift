import MeshModel
import Testing

@testable import XDSCore

@Suite("server stream: an Envoy that returns")
struct ReturningClientTests {
  private let all = greeterCluster()
  private let v1 = greeterCluster("v1")
  private let v2 = greeterCluster("v2")
  private let routes = "20000"

  /// All to one subset, the only one.
  private func mesh(_ target: String) -> Mesh {
    greeterMesh(
      [greeterRule(HTTPRoute(destinations: [destination(target)]))],
      subsets: [target],
      workloads: [workload("v1"), workload("v2")]
    )
  }

  /// A new stream, while v1 gave way to v2 since the first revision.
  private func driver(_ variant: XDSVariant = .stateOfTheWorld) -> StreamDriver {
    var driver = StreamDriver(mesh("v1"), profile: .envoy, variant: variant)
    driver.set = driver.set.next(mesh("v2"))
    return driver
  }

  @Test("it keeps the clusters of its routes, with their endpoints, until it has the new routes")
  func keepsClusters() {
    var driver = driver()
    let first = driver.send(.cluster, [], version: "b-1")
    #expect(first.names(.cluster).map(Set.init) == [all, v1, v2])
    #expect(first.responses.first?.version == ConfigVersion(boot: "b", revision: 2, phase: 1))
    let names = [all, v1, v2]
    let endpoints = driver.send(.endpoints, names, version: "b-1")
    #expect(ports(endpoints, v1) == [20001])
    #expect(ports(endpoints, v2) == [20101])
    #expect(driver.send(.routeConfiguration, [routes], version: "b-1").sent.isEmpty)
    _ = driver.ack(.endpoints, names)
    #expect(driver.ack(.cluster, []).sent == ["RDS"])
    let last = driver.ack(.routeConfiguration, [routes])
    #expect(last.names(.cluster).map(Set.init) == [all, v2])
    #expect(driver.ack(.cluster, []) == [.event(.acked(.cluster, revision: 2))])
  }

  @Test("one that refuses the new routes keeps the clusters of the old")
  func refuses() {
    var driver = driver()
    _ = driver.send(.cluster, [], version: "b-1")
    _ = driver.ack(.cluster, [])
    _ = driver.send(.routeConfiguration, [routes], version: "b-1")
    #expect(driver.nack(.routeConfiguration, [routes], "bad").sent.isEmpty)
    #expect(driver.wait(milliseconds: 60_000).sent.isEmpty)
  }

  @Test("one that had only a step on the way is told of what it held at that step")
  func returnsFromStep() {
    var driver = driver()
    #expect(driver.send(.cluster, [], version: "b-2.1").names(.cluster)?.contains(v1) == true)
  }

  @Test(
    "one that can't have a cluster isn't told of it",
    arguments: ["", "b-2", "other-1", "rubbish"]
  )
  func neverHad(version: String) {
    var driver = driver()
    let first = driver.send(.cluster, [], version: version)
    #expect(first.names(.cluster).map(Set.init) == [all, v2])
  }

  @Test(
    "one that never asks for routes loses the clusters after a while",
    arguments: XDSVariant.allCases
  )
  func noRoutes(variant: XDSVariant) {
    var driver = driver(variant)
    let first =
      switch variant {
      case .stateOfTheWorld: driver.send(.cluster, [], version: "b-1")
      case .delta: driver.sendDelta(.cluster, versions: [all: "b-1", v1: "b-1"])
      }
    #expect(first.wake == MonotonicTime(nanoseconds: 5_000_000_000))
    switch variant {
    case .stateOfTheWorld: _ = driver.ack(.cluster, [])
    case .delta: _ = driver.ackDelta(.cluster)
    }
    #expect(driver.wait(milliseconds: 4_999).sent.isEmpty)
    let last = driver.wait(milliseconds: 1)
    switch variant {
    case .stateOfTheWorld: #expect(last.names(.cluster).map(Set.init) == [all, v2])
    case .delta: #expect(last.deltas == ["CDS -v1"])
    }
  }

  @Test("a service for clusters alone has no routes to wait for")
  func singleType() {
    var driver = StreamDriver(mesh("v1"), profile: .envoy, only: .cluster)
    driver.set = driver.set.next(mesh("v2"))
    let first = driver.send(.cluster, [], version: "b-1")
    #expect(first.names(.cluster).map(Set.init) == [all, v2])
  }
}
