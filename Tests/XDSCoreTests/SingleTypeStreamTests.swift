import MeshModel
import Testing

@testable import XDSCore

@Suite("server stream: single types, statuses")
struct SingleTypeStreamTests {
  private let v1 = greeterCluster("v1")

  @Test("a service of one type serves that type alone, and ends a stream that asks for another")
  func otherType() {
    var driver = StreamDriver(splitMesh(90, 10), profile: .envoy, only: .cluster)
    #expect(driver.send(.cluster, []).sent == ["CDS"])
    #expect(
      driver.send(.listener, []) == [
        .close(
          reason: "the request is for type.googleapis.com/envoy.config.listener.v3.Listener; this "
            + "service has only type.googleapis.com/envoy.config.cluster.v3.Cluster"
        )
      ]
    )
  }

  @Test("routes on a stream of their own wait for nothing")
  func routesAlone() {
    var driver = StreamDriver(splitMesh(90, 10), profile: .envoy, only: .routeConfiguration)
    #expect(driver.send(.routeConfiguration, ["20000"]).sent == ["RDS"])
    _ = driver.ack(.routeConfiguration, ["20000"])
    #expect(driver.publish(splitMesh(10, 90)).sent == ["RDS"])
  }

  @Test("endpoints on a stream of their own come again after a change of clusters elsewhere")
  func endpointsAlone() {
    var driver = StreamDriver(splitMesh(90, 10), profile: .envoy, only: .endpoints)
    _ = driver.send(.endpoints, [v1])
    _ = driver.ack(.endpoints, [v1])
    #expect(driver.ack(.endpoints, [v1]).sent.isEmpty)
    let rules = splitMesh(90, 10).rules.virtualServices
    _ = driver.publish(greeterMesh(rules, subsets: ["v1", "v2", "v3"]))
    #expect(driver.ack(.endpoints, [v1]).sent == ["EDS"])
    #expect(driver.ack(.endpoints, [v1]).sent.isEmpty)
  }

  @Test("endpoints asked for again within an ACK are answered, once")
  func mergedRepeat() {
    var driver = StreamDriver(splitMesh(90, 10), profile: .envoy)
    _ = driver.send(.cluster, [])
    _ = driver.ack(.cluster, [])
    _ = driver.send(.endpoints, [v1])
    // The endpoints are unanswered when a cluster changes.
    let rules = splitMesh(90, 10).rules.virtualServices
    #expect(driver.publish(greeterMesh(rules, subsets: ["v1", "v2", "v3"])).sent == ["CDS"])
    #expect(driver.ack(.endpoints, [v1]).names(.endpoints) == [v1])
    #expect(driver.ack(.endpoints, [v1]).sent.isEmpty)
  }

  @Test("endpoints are never withheld from a client that accepts clusters only after them")
  func noDeadWait() {
    func mesh(_ target: String) -> Mesh {
      greeterMesh(
        [greeterRule(HTTPRoute(destinations: [destination(target)]))],
        subsets: [target]
      )
    }
    var driver = StreamDriver(mesh("v1"), profile: .envoy)
    _ = driver.send(.cluster, [])
    _ = driver.send(.routeConfiguration, ["20000"])
    #expect(driver.publish(mesh("v2")).sent.isEmpty)
    // The clusters that came are gone before their endpoints are asked for.
    #expect(driver.send(.endpoints, [v1]).names(.endpoints) == [v1])
    #expect(driver.ack(.endpoints, [v1]).sent.isEmpty)
    #expect(driver.ack(.cluster, []).sent == ["CDS"])
  }

  @Test("the status of each resource follows the conversation")
  func statuses() {
    var driver = StreamDriver(splitMesh(90, 10))
    driver.time = MonotonicTime(nanoseconds: 5)
    _ = driver.send(.cluster, [v1, "c"])
    _ = driver.send(.routeConfiguration, [greeterRoutes])
    #expect(driver.stream.resourceStatuses.map(\.state) == [.doesNotExist, .pending, .pending])
    driver.time = MonotonicTime(nanoseconds: 7)
    _ = driver.ack(.cluster, [v1, "c"])
    _ = driver.nack(.routeConfiguration, [greeterRoutes], "bad")
    #expect(
      driver.stream.resourceStatuses == [
        .init(type: .cluster, name: "c", version: "", state: .doesNotExist, time: driver.time),
        .init(type: .cluster, name: v1, version: "b-1", state: .acked, time: driver.time),
        .init(
          type: .routeConfiguration,
          name: greeterRoutes,
          version: "b-1",
          state: .nacked(reason: "bad"),
          time: driver.time
        ),
      ]
    )
  }

  @Test("the status of a wildcard names what was sent")
  func wildcardStatuses() {
    var driver = StreamDriver(splitMesh(90, 10), profile: .envoy)
    _ = driver.send(.cluster, [])
    #expect(driver.stream.resourceStatuses.map(\.name).count == 3)
    #expect(driver.stream.resourceStatuses.allSatisfy { $0.state == .pending })
  }
}
