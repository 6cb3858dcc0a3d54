import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOPosix
import SwiftProtobuf
import TestSupport
import Testing
import XDSCore
import XDSProtos
import XDSWire

@testable import ControlPlane

@Suite("Slow and broken clients", .timeLimit(.minutes(1)))
struct BrokenClientTests {
  private typealias Request = Envoy_Service_Discovery_V3_DiscoveryRequest

  private static let path = DiscoveryMethod.all[0].path

  /// A healthy client, which holds the newest routes; `body` runs beside it.
  private static func besideHealthy(
    _ configuration: ControlPlane.Configuration = .init(port: 0),
    _ body:
      @Sendable @escaping (
        RunningControlPlane, HealthyClient, GRPCClient<HTTP2ClientTransport.Posix>
      ) async throws -> Void
  ) async throws {
    try await RunningControlPlane.with(configuration) { running, connection in
      let client = ADSTestClient("healthy")
      try await withStreams([client], on: connection) {
        client.subscribe(.routeConfiguration, [Walkthrough.routes])
        let first = try await client.responses.element(1)
        client.answer(first, names: [Walkthrough.routes])
        try await running.wait(for: .acked(.routeConfiguration, revision: 1), of: "healthy")
        try await body(running, HealthyClient(running: running, client: client), connection)
      }
    }
  }

  /// Takes each push, accepts it, and says how long it took.
  private struct HealthyClient: Sendable {
    let running: RunningControlPlane
    let client: ADSTestClient

    @discardableResult
    func push() async throws -> Duration {
      let count = client.responses.all.count
      let start = ContinuousClock.now
      running.publish(v1: count, v2: 1)
      let response = try await client.responses.element(count + 1)
      let duration = ContinuousClock.now - start
      client.answer(response, names: [Walkthrough.routes])
      let revision = try #require(ConfigVersion(response.message.versionInfo)?.revision)
      try await running.wait(
        for: .acked(.routeConfiguration, revision: revision),
        of: "healthy"
      )
      return duration
    }

    /// The longest of some pushes.
    func slowest(of count: Int) async throws -> Duration {
      var slowest = Duration.zero
      for _ in 0..<count { slowest = max(slowest, try await push()) }
      return slowest
    }
  }

  private static func request(
    _ type: ResourceType,
    _ names: [String],
    node: String
  ) throws -> [UInt8] {
    try Request(
      DiscoveryRequest(typeURL: type.typeURL, node: Node(id: node), resourceNames: names)
    ).serializedBytes()
  }

  @Test("one that never reads and never stops asking is held by its window, and delays nobody")
  func neverReads() async throws {
    try await Self.besideHealthy { running, healthy, _ in
      let address = try await running.plane.boundAddress
      var clients: [RawHTTP2Client] = []
      let before = residentBytes()
      for number in 0..<20 {
        let client = try await RawHTTP2Client(host: address.host, port: address.port, reads: false)
        clients.append(client)
        var bytes = RawHTTP2Client.preface + RawHTTP2Client.open(Self.path)
        // As much as the server's window takes: each asks for another name, and so for an answer.
        var sent = 0
        while true {
          let request = try Self.request(.endpoints, ["\(sent)"], node: "deaf-\(number)")
          let message = RawHTTP2Client.message(request)
          guard sent + message.count < 65_000 else { break }
          sent += message.count
          bytes += message
        }
        try await client.write(bytes)
      }
      #expect(try await eventually { running.plane.streamCount == 21 })
      #expect(try await healthy.slowest(of: 20) < .seconds(1))
      #expect(residentBytes() - before < 64 << 20)
      for client in clients { try await client.close() }
      #expect(try await eventually { running.plane.streamCount == 1 })
    }
  }

  @Test("one that acknowledges nothing is sent each type once, whatever is published")
  func neverAcknowledges() async throws {
    try await Self.besideHealthy { running, healthy, connection in
      let client = ADSTestClient("mute")
      try await withStreams([client], on: connection) {
        client.subscribe(.routeConfiguration, [Walkthrough.routes])
        let first = try await client.responses.element(1)
        for _ in 0..<50 { try await healthy.push() }
        #expect(client.responses.all.count == 1)
        client.answer(first, names: [Walkthrough.routes])
        let second = try await client.responses.element(2)
        #expect(second.weights == [Walkthrough.v1: 50, Walkthrough.v2: 1])
      }
    }
  }

  @Test("those that come and go leave nothing behind")
  func reconnects() async throws {
    try await Self.besideHealthy { running, healthy, _ in
      let address = try await running.plane.boundAddress
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<4 {
          group.addTask {
            for _ in 0..<50 {
              let client = try await RawHTTP2Client(host: address.host, port: address.port)
              try await client.write(
                RawHTTP2Client.preface + RawHTTP2Client.open(Self.path)
                  + RawHTTP2Client.message(
                    Self.request(.listener, [Walkthrough.listener], node: "restless-\(number)")
                  )
              )
              #expect(try await eventually { client.received.value > 100 })
              try await client.close()
            }
          }
        }
        #expect(try await healthy.slowest(of: 20) < .seconds(1))
        try await group.waitForAll()
      }
      #expect(try await eventually { running.plane.streamCount == 1 })
      try await running.events.first { events in
        let ends = events.filter {
          if case .disconnected = $0.kind { $0.nodeID.hasPrefix("restless") } else { false }
        }
        return ends.count == 200 ? true : nil
      }
    }
  }

  @Test("garbage ends its stream or connection, and no other", arguments: 0..<8)
  func garbage(kind: Int) async throws {
    try await Self.besideHealthy { running, healthy, _ in
      let address = try await running.plane.boundAddress
      let client = try await RawHTTP2Client(host: address.host, port: address.port)
      let opened = RawHTTP2Client.preface + RawHTTP2Client.open(Self.path)
      var generator = SeededGenerator(seed: UInt64(kind))
      let noise = (0..<5_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let bytes: [UInt8] =
        switch kind {
        case 0: noise
        case 1: Array("GET / HTTP/1.1\r\nHost: weir\r\n\r\n".utf8)
        case 2: RawHTTP2Client.preface + noise
        case 3: opened + RawHTTP2Client.message(noise)
        // A message of 4 GiB, a compressed one, and one that breaks off.
        case 4:
          opened + RawHTTP2Client.frame(type: 0, flags: 0, stream: 1, [0, 255, 255, 255, 255])
        case 5: opened + RawHTTP2Client.frame(type: 0, flags: 0, stream: 1, [1, 0, 0, 0, 1, 7])
        case 6: opened + RawHTTP2Client.frame(type: 0, flags: 1, stream: 1, [0, 0, 0, 0, 9, 7])
        // DATA on a stream that was never opened.
        default: RawHTTP2Client.preface + RawHTTP2Client.message([1], stream: 7)
        }
      try await client.write(bytes)
      // It was read: either something came back, or the connection is closed.
      #expect(try await eventually { client.received.value > 0 || !client.channel.isActive })
      #expect(try await healthy.slowest(of: 3) < .seconds(1))
      #expect(try await eventually { running.plane.streamCount == 1 })
      try? await client.close()
    }
  }

  @Test("those that ask for 100,000 names are answered, and delay nobody")
  func manyNames() async throws {
    try await Self.besideHealthy { running, healthy, _ in
      let address = try await running.plane.boundAddress
      let before = residentBytes()
      let names = (0..<100_000).map { "c\($0)" }
      // Enough that each event loop has one.
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<4 {
          group.addTask {
            let client = ADSTestClient("greedy-\(number)")
            let greedy = try RunningControlPlane.connect(to: address)
            try await withThrowingTaskGroup(of: Void.self) { group in
              group.addTask { try? await greedy.runConnections() }
              group.addTask { await client.run(on: greedy) }
              client.subscribe(.endpoints, names)
              // The answer is longer than what this client takes, so it ends the stream.
              try await client.ends.element(1)
              group.cancelAll()
            }
          }
        }
        var slowest = Duration.zero
        let answered: @Sendable ([ClientEvent]) -> Int = { events in
          events.count { event in
            if case .sent = event.kind { event.nodeID.hasPrefix("greedy") } else { false }
          }
        }
        while answered(running.events.all) < 4 { slowest = max(slowest, try await healthy.push()) }
        #expect(slowest < .milliseconds(500))
        try await group.waitForAll()
      }
      #expect(residentBytes() - before < 400 << 20)
      #expect(try await eventually { running.plane.streamCount == 1 })
    }
  }

  @Test("one that closes its half is answered and ended with OK")
  func halfClose() async throws {
    try await Self.besideHealthy { running, healthy, connection in
      let client = ADSTestClient("half")
      try await withStreams([client], on: connection) {
        client.subscribe(.listener, [Walkthrough.listener])
        client.finish()
        let end = try await client.ends.element(1)
        #expect(end == nil)
      }
      try await healthy.push()
      #expect(running.plane.streamCount == 1)
    }
  }
}
