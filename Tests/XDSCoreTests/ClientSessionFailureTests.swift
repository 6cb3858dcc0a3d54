import MeshModel
import Testing
import XDSCore

@Suite("client session: what goes wrong")
struct ClientSessionFailureTests {
  private let v1 = greeterCluster("v1")
  private let v2 = greeterCluster("v2")

  // MARK: NACK

  @Test("a NACK keeps the version, names each bad resource, and the good ones are used")
  func nack() throws {
    var driver = SessionDriver.watching()
    _ = driver.listener()
    _ = driver.routes(["v1", "v2"])
    _ = driver.clusters(["v1", "v2"])
    let actions = driver.receive(
      .endpoints,
      [.endpoints(SessionDriver.assignment("v1"))],
      bad: [(v2, "weight is 0"), ("", "not a ClusterLoadAssignment")]
    )
    let request = try #require(actions.requests.first)
    #expect(request.versionInfo == "")
    #expect(request.responseNonce == "n4")
    let detail = try #require(request.errorDetail)
    #expect(detail.contains("\"\(v2)\": weight is 0"))
    #expect(detail.contains("\"\": not a ClusterLoadAssignment"))

    let resolved = try #require(actions.updates.first)
    #expect(resolved.clusters[v1]?.endpoints == SessionDriver.assignment("v1"))
    #expect(resolved.clusters[v2]?.failure?.contains("weight is 0") == true)
    // The next good response mends it, and its ACK carries no error.
    let mended = driver.endpoints(["v1", "v2"])
    #expect(mended.requests.map(\.errorDetail) == [nil])
    #expect(mended.updates.first?.clusters[v2]?.failure == nil)
  }

  @Test("a bad update of a known resource leaves it as it was")
  func badUpdate() {
    var driver = SessionDriver.serving()
    let old = driver.session.resolved(greeterTarget)
    let actions = driver.receive(
      .routeConfiguration,
      [],
      bad: [(greeterRoutes, "sum of weights is 0")],
      version: "2"
    )
    #expect(actions.updates.isEmpty)
    #expect(actions.failures.isEmpty)
    #expect(actions.requests.map(\.versionInfo) == ["1"])
    #expect(driver.session.resolved(greeterTarget) == old)
  }

  @Test("bad routes that are the first ever fail the calls, with the reason")
  func badFirst() {
    var driver = SessionDriver.watching()
    _ = driver.listener()
    let actions = driver.receive(.routeConfiguration, [], bad: [(greeterRoutes, "bad regex")])
    #expect(actions.failures.count == 1)
    #expect(actions.failures.first?.contains("bad regex") == true)
    #expect(driver.session.nextDeadline == nil)
  }

  @Test("a resource of another type than the response's is refused")
  func wrongType() {
    var driver = SessionDriver.watching()
    let actions = driver.receive(.listener, [.cluster(Cluster(name: v1))])
    #expect(actions.requests.first?.errorDetail?.contains("not of type LDS") == true)
  }

  // MARK: Absence

  @Test("a cluster missing from CDS is deleted, and its calls fail")
  func deletedCluster() {
    var driver = SessionDriver.serving()
    let actions = driver.receive(.cluster, [], version: "2")
    #expect(actions.updates.first?.clusters[v1]?.failure == "cluster \(v1) does not exist")
    #expect(actions.updates.first?.clusters[v1]?.cluster == nil)
    #expect(driver.session.names(of: .endpoints).isEmpty)
    // It comes back.
    _ = driver.clusters(["v1"])
    #expect(driver.endpoints(["v1"]).updates.first?.clusters[v1]?.failure == nil)
  }

  @Test("a listener missing from LDS is deleted, and the target fails")
  func deletedListener() {
    var driver = SessionDriver.serving()
    let actions = driver.receive(.listener, [])
    #expect(actions.failures == ["listener \(greeterTarget) does not exist"])
    #expect(driver.session.resolved(greeterTarget) == nil)
    #expect(driver.receive(.listener, []).failures.isEmpty)
  }

  @Test("absence from RDS and EDS means nothing")
  func absentElsewhere() {
    var driver = SessionDriver.serving()
    let old = driver.session.resolved(greeterTarget)
    #expect(driver.receive(.routeConfiguration, []).updates.isEmpty)
    #expect(driver.receive(.endpoints, []).updates.isEmpty)
    #expect(driver.session.resolved(greeterTarget) == old)
  }

  @Test("a bad or unreadable resource is not a missing one")
  func badIsNotMissing() {
    var driver = SessionDriver.serving()
    #expect(driver.receive(.cluster, [], bad: [(v1, "bad")]).updates.isEmpty)
    #expect(driver.receive(.cluster, [], bad: [("", "unreadable")]).updates.isEmpty)
    #expect(driver.session.resolved(greeterTarget)?.clusters[v1]?.failure == nil)
  }

  @Test("one that was just asked for is not deleted by a response made before")
  func notYetReceived() {
    var driver = SessionDriver.serving()
    _ = driver.routes(["v1", "v2"], version: "2")
    #expect(driver.clusters(["v1"]).updates.isEmpty)
    _ = driver.clusters(["v1", "v2"])
    #expect(driver.endpoints(["v2"]).updates.map(\.routeVersion) == ["2"])
  }

  @Test("a deletion while new routes wait doesn't take away what serves")
  func deletionWhileWaiting() {
    var driver = SessionDriver.serving()
    let old = driver.session.resolved(greeterTarget)
    _ = driver.routes(["v2"], version: "2")
    #expect(driver.clusters(["v2"]).updates.isEmpty)
    #expect(driver.session.resolved(greeterTarget) == old)
  }

  // MARK: Timers

  @Test("a listener that never came fails after 15 s, and works when it comes")
  func listenerTimer() {
    var driver = SessionDriver.watching()
    #expect(driver.session.nextDeadline == MonotonicTime(nanoseconds: 15_000_000_000))
    #expect(driver.wait(seconds: 14).isEmpty)
    #expect(driver.wait(seconds: 1).failures.count == 1)
    #expect(driver.session.nextDeadline == nil)
    _ = driver.listener()
    _ = driver.routes(["v1"])
    _ = driver.clusters(["v1"])
    #expect(driver.endpoints(["v1"]).updates.count == 1)
  }

  @Test("a cluster that never came lets new routes take effect after 15 s, failing for it alone")
  func clusterTimer() throws {
    var driver = SessionDriver.serving()
    _ = driver.routes(["v1", "v2"], version: "2")
    #expect(driver.wait(seconds: 14).updates.isEmpty)
    let resolved = try #require(driver.wait(seconds: 1).updates.first)
    #expect(resolved.routeVersion == "2")
    #expect(resolved.clusters[v1]?.failure == nil)
    #expect(resolved.clusters[v2]?.failure?.contains("does not exist") == true)
  }

  @Test("the timer runs on open streams only, anew on each")
  func timerAndStreams() {
    var driver = SessionDriver.watching()
    _ = driver.wait(seconds: 14)
    driver.session.streamClosed(time: driver.time)
    #expect(driver.session.nextDeadline == nil)
    #expect(driver.wait(seconds: 100).isEmpty)
    _ = driver.session.streamOpened(time: driver.time)
    #expect(driver.wait(seconds: 14).isEmpty)
    #expect(driver.wait(seconds: 1).failures.count == 1)
  }
}
