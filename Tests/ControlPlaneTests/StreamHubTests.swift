import MeshModel
import SwiftProtobuf
import Testing
import XDSCore
import XDSProtos

@testable import ControlPlane

private typealias Response = Envoy_Service_Discovery_V3_DiscoveryResponse

@Suite("The hub of streams", .timeLimit(.minutes(1)))
struct StreamHubTests {
  private func response(_ bytes: [UInt8]) throws -> Response {
    try Response(serializedBytes: bytes)
  }

  private func acceptance(of bytes: [UInt8], names: [String]) throws -> DiscoveryRequest {
    let response = try response(bytes)
    return DiscoveryRequest(
      typeURL: response.typeURL,
      versionInfo: response.versionInfo,
      resourceNames: names,
      responseNonce: response.nonce
    )
  }

  @Test("a slow client holds up only itself, and gets the newest state when it is back")
  func slowClient() async throws {
    let bench = HubBench()
    bench.publish()
    let (slow, quick) = (try bench.open(), try bench.open())
    let (slowConnection, quickConnection) = (FakeConnection(), FakeConnection())
    for stream in [slow, quick] {
      bench.subscribe(stream, .routeConfiguration, [Walkthrough.routes])
    }
    try bench.write(slow, to: slowConnection)
    try bench.write(quick, to: quickConnection)
    slowConnection.hold(true)
    bench.receive(
      try acceptance(of: slowConnection.sent.all[0], names: [Walkthrough.routes]),
      from: slow
    )
    for revision in 2...21 {
      let accepted = try acceptance(
        of: quickConnection.sent.all[revision - 2],
        names: [Walkthrough.routes]
      )
      bench.receive(accepted, from: quick)
      bench.publish(v1: revision, v2: 1)
      try bench.write(quick, to: quickConnection)
      try bench.write(slow, to: slowConnection)
      #expect(quickConnection.sent.all.count == revision)
    }
    #expect(slowConnection.sent.all.count == 1)
    slowConnection.hold(false)
    try bench.write(slow, to: slowConnection)
    #expect(slowConnection.sent.all.count == 2)
    #expect(slowConnection.sent.all.last == quickConnection.sent.all.last)
  }

  @Test("a burst wakes a stream once, until its writer comes")
  func wakes() async throws {
    let bench = HubBench()
    bench.publish()
    let stream = try bench.open()
    for _ in 2...21 { bench.publish() }
    #expect(bench.wakeCount(stream) == 1)
    try bench.write(stream, to: FakeConnection())
    bench.publish()
    #expect(bench.wakeCount(stream) == 2)
  }

  @Test("a stream that opens late gets what was published last")
  func lateStream() async throws {
    let bench = HubBench()
    for weight in 1...3 { bench.publish(v1: weight) }
    let (stream, connection) = (try bench.open(), FakeConnection())
    bench.subscribe(stream, .routeConfiguration, [Walkthrough.routes])
    try bench.write(stream, to: connection)
    let version = try response(#require(connection.sent.all.first)).versionInfo
    #expect(ConfigVersion(version)?.revision == 3)
  }

  @Test("asks for a pause when much waits for the writer, and goes on when it was taken")
  func backPressure() async throws {
    var limits = ControlPlane.Limits()
    limits.maxWaitingActions = 6
    let bench = HubBench(limits)
    bench.publish()
    let stream = try bench.open()
    var received: [ADSStream.Received] = []
    for count in 1...6 {
      received.append(bench.subscribe(stream, .endpoints, (1...count).map { "cluster-\($0)" }))
    }
    #expect(received.first == .taken)
    #expect(received.last == .full)
    try bench.write(stream, to: FakeConnection())
    #expect(bench.subscribe(stream, .endpoints, ["other"]) == .taken)
  }

  @Test("keeps few requests that come before anything is published")
  func earlyRequests() async throws {
    var limits = ControlPlane.Limits()
    limits.maxEarlyRequests = 2
    let bench = HubBench(limits)
    let (stream, connection) = (try bench.open(), FakeConnection())
    #expect(bench.subscribe(stream, .cluster, [Walkthrough.v1]) == .taken)
    #expect(bench.subscribe(stream, .listener, [Walkthrough.listener]) == .taken)
    #expect(bench.wakeCount(stream) == 0)

    bench.publish()
    #expect(bench.wakeCount(stream) == 1)
    try bench.write(stream, to: connection)
    #expect(
      try connection.sent.all.map { try response($0).typeURL }
        == [ResourceType.cluster.typeURL, ResourceType.listener.typeURL]
    )

    let other = try HubBench(limits).open()
    for _ in 1...3 { bench.subscribe(other, .listener, [Walkthrough.listener]) }
    #expect(throws: StreamEnd.nothingPublished) { try bench.write(other, to: FakeConnection()) }
  }

  @Test("tells what the client did last before it tells that it is gone, and of no response unsent")
  func lastWords() async throws {
    let bench = HubBench()
    bench.publish()
    let (stream, connection) = (try bench.open(), FakeConnection())
    bench.subscribe(stream, .routeConfiguration, [Walkthrough.routes])
    try bench.write(stream, to: connection)
    var refusal = try acceptance(of: connection.sent.all[0], names: [Walkthrough.routes])
    refusal.errorDetail = "no"
    let before = bench.kinds(stream).count
    bench.receive(refusal, from: stream)
    bench.subscribe(stream, .listener, [Walkthrough.listener])
    bench.hub.close(stream, .lost("gone"))
    #expect(
      Array(bench.kinds(stream).dropFirst(before)) == [
        .nacked(.routeConfiguration, revision: 1, reason: "no"),
        .subscribed(.listener, names: 1),
        .disconnected(reason: "gone"),
      ]
    )
    bench.hub.close(stream, .lost("gone twice"))
    #expect(bench.kinds(stream).last == .disconnected(reason: "gone"))
    #expect(bench.hub.streamCount == 0)
  }

  @Test("ends streams once it stops, and opens no more")
  func stop() async throws {
    let bench = HubBench()
    bench.publish()
    let stream = try bench.open()
    bench.hub.stop()
    #expect(bench.wakeCount(stream) == 1)
    #expect(throws: StreamEnd.stopping) {
      try bench.write(stream, to: FakeConnection())
    }
    #expect(throws: StreamEnd.stopping) { try bench.open() }
  }

  @Test("ignores a set older than the newest")
  func olderSet() async throws {
    let bench = HubBench()
    let revisions = Walkthrough.Revisions()
    let (older, newer) = (revisions.next(v1: 1), revisions.next(v1: 2))
    bench.hub.publish(newer)
    bench.hub.publish(older)
    let (stream, connection) = (try bench.open(), FakeConnection())
    bench.subscribe(stream, .routeConfiguration, [Walkthrough.routes])
    try bench.write(stream, to: connection)
    let version = try response(#require(connection.sent.all.first)).versionInfo
    #expect(ConfigVersion(version)?.revision == 2)
  }

  @Test("keeps the later of two publications, in whichever order they reach a stream")
  func publicationOrder() throws {
    let revisions = Walkthrough.Revisions()
    let bench = HubBench()
    let publications = (1...2).map { number in
      Publication(
        number: number,
        snapshots: revisions.next(v1: Int(number)),
        cache: ResponseCache(encoder: bench.encoder, maxResponses: 1, maxBytes: 1)
      )
    }
    let stream = try bench.open()
    for publication in publications.reversed() { _ = stream.publish(publication) }
    bench.subscribe(stream, .routeConfiguration, [Walkthrough.routes])
    let actions = try #require(stream.take(at: .zero)).actions
    #expect(actions.contains(.event(.sent(.routeConfiguration, revision: 2))))
  }

  @Test("brings every stream to the last state while writers run and streams come and go")
  func races() async throws {
    let bench = HubBench()
    bench.publish()
    let streams = try (0..<20).map { _ in (try bench.open(), FakeConnection()) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (stream, connection) in streams {
        bench.subscribe(stream, .routeConfiguration, [Walkthrough.routes])
        group.addTask {
          var answered = 0
          while true {
            try bench.write(stream, to: connection)
            guard connection.sent.all.count > answered, let bytes = connection.sent.all.last else {
              if try response(#require(connection.sent.all.last)).isLast { return }
              try await Task.sleep(for: .microseconds(100))
              continue
            }
            answered = connection.sent.all.count
            bench.receive(try acceptance(of: bytes, names: [Walkthrough.routes]), from: stream)
          }
        }
      }
      group.addTask {
        for weight in 1..<100 { bench.publish(v1: weight, v2: 1) }
      }
      group.addTask {
        for _ in 0..<200 { bench.hub.close(try bench.open(), .closedByClient) }
      }
      try await group.waitForAll()
    }
    #expect(Set(streams.compactMap(\.1.sent.all.last)).count == 1)
    #expect(bench.hub.streamCount == 20)
  }
}

extension Response {
  /// Whether it is of revision 100.
  fileprivate var isLast: Bool { ConfigVersion(versionInfo)?.revision == 100 }
}
