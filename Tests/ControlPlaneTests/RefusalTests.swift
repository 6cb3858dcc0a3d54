import ControlPlane
import GRPCCore
import Testing
import XDSCore

@Suite("What the control plane refuses", .timeLimit(.minutes(1)))
struct RefusalTests {
  @Test("ends a stream whose first request doesn't say who asks")
  func noNode() async throws {
    try await RunningControlPlane.with { running, connection in
      let client = ADSTestClient("")
      try await withStreams([client], on: connection) {
        client.send(DiscoveryRequest(typeURL: ResourceType.listener.typeURL))
        let end = try #require(try await client.ends.element(1))
        #expect(end.code == .invalidArgument)
        #expect(end.message.contains("node.id"))
      }
      #expect(running.events.all.isEmpty)
    }
  }

  @Test("ends a stream that asks for too many names, and says how many are allowed")
  func tooManyNames() async throws {
    var configuration = ControlPlane.Configuration(port: 0)
    configuration.limits.maxNames = 3
    try await RunningControlPlane.with(configuration) { running, connection in
      let client = ADSTestClient("a")
      try await withStreams([client], on: connection) {
        client.subscribe(.endpoints, ["1", "2", "3"])
        try await client.responses.element(1)
        client.subscribe(.endpoints, ["1", "2", "3", "4"])
        let end = try #require(try await client.ends.element(1))
        #expect(end.code == .invalidArgument)
        #expect(end.message == "a DiscoveryRequest names 4 resources; want at most 3")
        try await running.wait(for: .disconnected(reason: end.message), of: "a")
      }
    }
  }

  @Test("ends a stream that asks for a name too long, as a delta client's would add up")
  func longName() async throws {
    try await RunningControlPlane.with { running, connection in
      let client = ADSTestClient("a")
      try await withStreams([client], on: connection) {
        client.subscribe(.endpoints, [String(repeating: "x", count: 1_024)])
        try await client.responses.element(1)
        client.subscribe(.endpoints, [String(repeating: "x", count: 1_025)])
        let end = try #require(try await client.ends.element(1))
        #expect(end.code == .invalidArgument)
        #expect(end.message == "a resource name has 1025 bytes; want at most 1024")
        try await running.wait(for: .disconnected(reason: end.message), of: "a")
      }
    }
  }

  @Test("ends a stream whose request is longer than allowed, and no other")
  func tooLong() async throws {
    var configuration = ControlPlane.Configuration(port: 0)
    configuration.limits.maxRequestBytes = 1_000
    try await RunningControlPlane.with(configuration) { _, connection in
      let (client, other) = (ADSTestClient("a"), ADSTestClient("b"))
      try await withStreams([client, other], on: connection) {
        client.subscribe(.endpoints, [String(repeating: "x", count: 2_000)])
        #expect(try await client.ends.element(1) != nil)
        other.subscribe(.endpoints, [String(repeating: "x", count: 500)])
        try await other.responses.element(1)
      }
    }
  }

  @Test("refuses one stream too many, and takes one when another has ended")
  func tooManyStreams() async throws {
    var configuration = ControlPlane.Configuration(port: 0)
    configuration.limits.maxStreams = 1
    try await RunningControlPlane.with(configuration) { running, connection in
      let first = ADSTestClient("first")
      try await withStreams([first], on: connection) {
        first.subscribe(.listener, [Walkthrough.listener])
        try await first.responses.element(1)
        let second = ADSTestClient("second")
        await second.run(on: connection)
        let end = try #require(try await second.ends.element(1))
        #expect(end.code == .resourceExhausted)
      }
      #expect(try await eventually { running.plane.streamCount == 0 })
      let third = ADSTestClient("third")
      try await withStreams([third], on: connection) {
        third.subscribe(.listener, [Walkthrough.listener])
        try await third.responses.element(1)
      }
    }
  }

  @Test("cuts a client's own words to length")
  func longTexts() async throws {
    try await RunningControlPlane.with { running, connection in
      let client = ADSTestClient(String(repeating: "n", count: 10_000))
      try await withStreams([client], on: connection) {
        client.subscribe(.listener, [Walkthrough.listener])
        let response = try await client.responses.element(1)
        client.answer(
          response,
          names: [Walkthrough.listener],
          refusal: String(repeating: "é", count: 100_000)
        )
        let reason: String = try await running.events.first { told in
          told.lazy.compactMap {
            if case .nacked(_, _, let reason) = $0.kind { reason } else { nil }
          }.first
        }
        #expect(reason == String(repeating: "é", count: 2_048))
        #expect(running.events.all.allSatisfy { $0.nodeID.utf8.count == 256 })
      }
    }
  }
}
