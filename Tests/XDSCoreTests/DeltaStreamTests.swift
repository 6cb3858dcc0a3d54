import MeshModel
import Testing

@testable import XDSCore

@Suite("server stream: delta")
struct DeltaStreamTests {
  private let v1 = greeterCluster("v1")
  private let v2 = greeterCluster("v2")
  private let v3 = greeterCluster("v3")
  private let envoyRoutes = "20000"

  /// All to one subset, with these subsets defined; v1 listens on a port of the test's choice.
  private func mesh(_ target: String, subsets: [String], v1Port: UInt16 = 20001) -> Mesh {
    var mesh = greeterMesh(
      [greeterRule(HTTPRoute(destinations: [destination(target)]))],
      subsets: subsets,
      workloads: ["v1", "v2", "v3"].enumerated().map { workload($1, number: $0 + 1) }
    )
    mesh.inventory.workloads[0].port = v1Port
    return mesh
  }

  private func envoy(_ mesh: Mesh) -> StreamDriver {
    StreamDriver(mesh, profile: .envoy, variant: .delta)
  }

  /// An Envoy that has accepted all clusters, their endpoints and the routes.
  private func settledEnvoy(_ mesh: Mesh, _ subsets: [String]) -> StreamDriver {
    var driver = envoy(mesh)
    _ = driver.sendDelta(.cluster)
    _ = driver.sendDelta(
      .endpoints,
      subscribe: [greeterCluster()] + subsets.map { greeterCluster($0) }
    )
    _ = driver.ackDelta(.cluster)
    _ = driver.ackDelta(.endpoints)
    _ = driver.sendDelta(.routeConfiguration, subscribe: [envoyRoutes])
    _ = driver.ackDelta(.routeConfiguration)
    return driver
  }

  // MARK: Subscriptions

  @Test("an empty first request means all, and later empty ones nothing")
  func wildcard() {
    var driver = envoy(mesh("v1", subsets: ["v1", "v2"]))
    #expect(driver.sendDelta(.cluster).deltas == ["CDS +v1 +v2 +all"])
    #expect(driver.ackDelta(.cluster) == [.event(.acked(.cluster, revision: 1))])
    #expect(driver.sendDelta(.cluster).isEmpty)
    #expect(driver.stream.status(of: .cluster).isWildcard)
    #expect(driver.sendDelta(.cluster, unsubscribe: ["*"]).sent.isEmpty)
    #expect(!driver.stream.status(of: .cluster).isSubscribed)
    #expect(driver.publish(mesh("v1", subsets: ["v1"])).sent.isEmpty)
    #expect(driver.sendDelta(.cluster, subscribe: ["*"]).deltas == ["CDS +v1 +all"])
  }

  @Test("names come and go with empty nonces, and only what is new is sent")
  func names() {
    var driver = envoy(mesh("v1", subsets: ["v1", "v2"]))
    #expect(driver.sendDelta(.endpoints, subscribe: [v1]).deltas == ["EDS +v1"])
    // The first response is unanswered.
    #expect(driver.sendDelta(.endpoints, subscribe: [v2]).deltas == ["EDS +v2"])
    #expect(driver.sendDelta(.endpoints, unsubscribe: [v1]).sent.isEmpty)
    #expect(driver.stream.status(of: .endpoints).names == [v2])
    _ = driver.ackDelta(.endpoints)
    #expect(driver.publish(mesh("v1", subsets: ["v1", "v2"], v1Port: 1)).sent.isEmpty)
  }

  @Test("a name that is asked for again is answered again")
  func again() {
    var driver = envoy(mesh("v1", subsets: ["v1", "v2"]))
    _ = driver.sendDelta(.endpoints, subscribe: [v1, v2])
    _ = driver.ackDelta(.endpoints)
    #expect(driver.sendDelta(.endpoints, subscribe: [v2]).deltas == ["EDS +v2"])
  }

  @Test("a name given up beside a wildcard is told again as the wildcard has it")
  func beneathWildcard() {
    var driver = envoy(mesh("v1", subsets: ["v1"]))
    _ = driver.sendDelta(.cluster, subscribe: ["*", v1, "x|1||y"])
    _ = driver.ackDelta(.cluster)
    #expect(driver.sendDelta(.cluster, unsubscribe: [v1]).deltas == ["CDS +v1"])
    #expect(driver.sendDelta(.cluster, unsubscribe: ["x|1||y"]).deltas == ["CDS -all"])
  }

  @Test("subscriptions count even in a request with a stale nonce")
  func staleNonce() {
    var driver = envoy(mesh("v1", subsets: ["v1", "v2"]))
    _ = driver.sendDelta(.endpoints, subscribe: [v1])
    let actions = driver.sendDelta(.endpoints, subscribe: [v2], nonce: "old")
    #expect(actions.first == .ignoreStale(.endpoints, nonce: "old"))
    #expect(actions.deltas == ["EDS +v2"])
  }

  // MARK: Changes

  @Test("a push tells what changed, with versions that change exactly when content does")
  func push() throws {
    var driver = settledEnvoy(mesh("v1", subsets: ["v1", "v2"]), ["v1", "v2"])
    let pushed = driver.publish(mesh("v1", subsets: ["v1", "v2"], v1Port: 7))
    #expect(pushed.deltas == ["EDS +v1 +all"])
    #expect(pushed.responses.first?.deltaResources.map(\.version) == ["b-2", "b-2"])
    _ = driver.ackDelta(.endpoints)
    let again = driver.sendDelta(.endpoints, subscribe: [v2]).responses.first
    #expect(again?.deltaResources.map(\.version) == ["b-1"])
  }

  @Test("streams in the same state get the same response, whatever came before")
  func sharedResponse() throws {
    var first = settledEnvoy(mesh("v1", subsets: ["v1", "v2"]), ["v1", "v2"])
    var second = envoy(mesh("v1", subsets: ["v1", "v2"]))
    for name in [v2, greeterCluster(), v1] {
      _ = second.sendDelta(.endpoints, subscribe: [name])
      _ = second.ackDelta(.endpoints)
    }
    let next = mesh("v1", subsets: ["v1", "v2"], v1Port: 7)
    let responses = [first.publish(next), second.publish(next)].map(\.responses.first?.cacheKey)
    #expect(responses[0] == responses[1])
    #expect(try #require(responses[0]).variant == .delta)
  }

  @Test("a changed cluster is followed by its endpoints, though they are as they were")
  func warming() {
    var driver = settledEnvoy(mesh("v1", subsets: ["v1", "v2"]), ["v1", "v2"])
    driver.set = driver.set.next(mesh("v1", subsets: ["v1", "v2"])).changing([v1])
    #expect(driver.stream.publish(driver.set, time: .zero).deltas == ["CDS +v1", "EDS +v1"])
  }

  @Test("what was unanswered and what came since go out as one difference")
  func coalescing() {
    var driver = settledEnvoy(mesh("v1", subsets: ["v1"]), ["v1"])
    _ = driver.publish(mesh("v1", subsets: ["v1"], v1Port: 5))
    for port in 6...9 as ClosedRange<UInt16> {
      #expect(driver.publish(mesh("v1", subsets: ["v1"], v1Port: port)).sent.isEmpty)
    }
    #expect(driver.ackDelta(.endpoints).deltas == ["EDS +v1 +all"])
    #expect(driver.ackDelta(.endpoints).sent.isEmpty)
  }

  @Test("what was refused goes out again with the next change, and not before")
  func nack() {
    var driver = envoy(mesh("v1", subsets: ["v1", "v2"]))
    _ = driver.sendDelta(.endpoints, subscribe: [v1, v2])
    _ = driver.ackDelta(.endpoints)
    var next = mesh("v1", subsets: ["v1", "v2"], v1Port: 5)
    #expect(driver.publish(next).deltas == ["EDS +v1"])
    #expect(
      driver.ackDelta(.endpoints, error: "bad")
        == [.event(.nacked(.endpoints, revision: 2, reason: "bad"))]
    )
    #expect(driver.stream.resourceStatuses.map(\.state) == [.nacked(reason: "bad"), .acked])
    #expect(driver.publish(next).sent.isEmpty)
    next.inventory.workloads[1].port = 6
    #expect(driver.publish(next).deltas == ["EDS +v1 +v2"])
    #expect(driver.ackDelta(.endpoints).events == [.acked(.endpoints, revision: 4)])
  }

  // MARK: What isn't there

  @Test("unknown endpoints are removed for Envoy, and empty for gRPC")
  func unknownNames() {
    var driver = envoy(mesh("v1", subsets: ["v1"]))
    #expect(driver.sendDelta(.endpoints, subscribe: [v2]).deltas == ["EDS -v2"])
    #expect(driver.stream.resourceStatuses.map(\.state) == [.doesNotExist])
    var grpc = StreamDriver(mesh("v1", subsets: ["v1"]), variant: .delta)
    #expect(grpc.sendDelta(.endpoints, subscribe: [v2]).deltas == ["EDS +v2"])
    #expect(grpc.sendDelta(.listener, subscribe: ["x:1"]).deltas == ["LDS +x:1"])
    #expect(grpc.sendDelta(.routeConfiguration, subscribe: ["r"]).deltas == ["RDS +r"])
    #expect(grpc.sendDelta(.cluster, subscribe: [v3]).deltas == ["CDS +v3"])
  }

  @Test("unknown endpoints that come to exist are told")
  func lateEndpoints() {
    var driver = envoy(mesh("v1", subsets: ["v1"]))
    _ = driver.sendDelta(.endpoints, subscribe: [v2])
    _ = driver.ackDelta(.endpoints)
    #expect(driver.publish(mesh("v1", subsets: ["v1", "v2"])).deltas == ["EDS +v2"])
  }

  @Test("routes wait for new clusters, and old clusters go once the routes are accepted")
  func makeBeforeBreak() {
    var driver = settledEnvoy(mesh("v1", subsets: ["v1"]), ["v1"])
    #expect(driver.publish(mesh("v2", subsets: ["v2"])).deltas == ["CDS +v2"])
    // Envoy accepts the clusters only when it has the endpoints.
    #expect(driver.sendDelta(.endpoints, subscribe: [v2]).deltas == ["EDS +v2"])
    #expect(driver.ackDelta(.cluster).sent.isEmpty)
    #expect(driver.ackDelta(.endpoints).deltas == ["RDS +20000"])
    #expect(driver.ackDelta(.routeConfiguration).deltas == ["CDS -v1"])
    #expect(driver.ackDelta(.cluster).events == [.acked(.cluster, revision: 2)])
  }

  @Test("routes don't wait for ever for clusters that are never accepted")
  func boundedWait() throws {
    var driver = settledEnvoy(mesh("v1", subsets: ["v1"]), ["v1"])
    let pushed = driver.publish(mesh("v2", subsets: ["v2"]))
    #expect(try #require(pushed.wake) == MonotonicTime(nanoseconds: 5_000_000_000))
    #expect(driver.wait(milliseconds: 4_999).sent.isEmpty)
    #expect(driver.wait(milliseconds: 1).deltas == ["RDS +20000"])
  }

  // MARK: Returning

  @Test("a client that returns is told what differs, and what is gone")
  func returning() {
    var driver = envoy(mesh("v1", subsets: ["v1", "v2"]))
    driver.set = driver.set.next(mesh("v1", subsets: ["v1", "v3"]))
    let held = [v1: "b-1", v2: "b-1", greeterCluster(): "a-1"]
    #expect(driver.sendDelta(.cluster, versions: held).deltas == ["CDS +v3 +all"])
    let routes = driver.sendDelta(
      .routeConfiguration,
      subscribe: [envoyRoutes],
      versions: [envoyRoutes: "b-1"]
    )
    #expect(routes.sent.isEmpty)
    // Even a returning Envoy may wait for the endpoints of a cluster.
    let endpoints = driver.sendDelta(.endpoints, subscribe: [v1, v2], versions: [v1: "b-1"])
    #expect(endpoints.deltas == ["EDS +v1 +v2"])
    #expect(endpoints.responses.first?.deltaResources.last?.version == "b-1")
    _ = driver.ackDelta(.endpoints)
    #expect(driver.ackDelta(.cluster).deltas == ["RDS"])
    // Its routes may lead to v2 until now.
    #expect(driver.ackDelta(.routeConfiguration).deltas == ["CDS -v2"])
  }

  @Test("a returning gRPC client isn't told again what it has")
  func returningNames() {
    var driver = StreamDriver(splitMesh(90, 10), variant: .delta)
    let actions = driver.sendDelta(
      .endpoints,
      subscribe: [v1, v2],
      versions: [v1: "b-1", v2: "a-1"]
    )
    #expect(actions.deltas == ["EDS +v2"])
    #expect(driver.ackDelta(.endpoints).events == [.acked(.endpoints, revision: 1)])
  }

  // MARK: Limits

  @Test("names that are added one by one without an answer wait after sixteen responses")
  func unanswered() {
    var driver = envoy(mesh("v1", subsets: ["v1"]))
    var count = 0
    for number in 0..<100 {
      count += driver.sendDelta(.endpoints, subscribe: ["outbound|\(number)||x"]).sent.count
    }
    #expect(count == 16)
    #expect(driver.ackDelta(.endpoints).responses.first?.removed.count == 84)
  }

  @Test("one edit among 10,000 resources costs no look at the others")
  func cost() throws {
    let services = (0..<2_000).map { service(HostName("s\($0)", inNamespace: "default")) }
    let workloads = services.enumerated().map { workload("v1", number: $0, host: $1.host) }
    var next = greeterMesh(workloads: workloads, services: services)
    var driver = envoy(next)
    let names = driver.set[.envoy].names(of: .cluster)
    _ = driver.sendDelta(.cluster)
    _ = driver.sendDelta(.endpoints, subscribe: names)
    _ = driver.ackDelta(.cluster)
    _ = driver.ackDelta(.endpoints)
    next.inventory.workloads[1_000].port = 9
    let set = driver.set.next(next)
    let clock = ContinuousClock()
    let stream = driver.stream
    let elapsed = clock.measure {
      for _ in 0..<1_000 {
        var copy = stream
        _ = copy.publish(set, time: .zero)
      }
    }
    var copy = stream
    let responses = copy.publish(set, time: .zero).responses
    #expect(responses.map(\.deltaResources.count) == [1])
    // Comparing all names would take a millisecond each time, even in release.
    #expect(elapsed < .milliseconds(900), "\(elapsed)")
  }

  // MARK: Broken requests

  @Test("a request of the other variant ends the stream")
  func otherVariant() {
    var driver = envoy(mesh("v1", subsets: ["v1"]))
    let actions = driver.send(.cluster, [])
    #expect(actions == [.close(reason: "the request is SotW; this stream is delta")])
  }
}
