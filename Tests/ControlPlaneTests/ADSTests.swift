import ControlPlane
import GRPCCore
import Testing
import XDSCore
import XDSProtos

@Suite("ADS over loopback", .timeLimit(.minutes(1)))
struct ADSTests {
  @Test("answers a subscription and tells who asked for what")
  func subscription() async throws {
    try await RunningControlPlane.with { running, connection in
      let client = ADSTestClient("a")
      try await withStreams([client], on: connection) {
        client.subscribe(.listener, [Walkthrough.listener])
        let response = try await client.responses.element(1).message
        #expect(response.typeURL == ResourceType.listener.typeURL)
        #expect(response.resources.count == 1)
        #expect(ConfigVersion(response.versionInfo)?.revision == 1)
        #expect(!response.nonce.isEmpty)

        try await running.wait(for: .sent(.listener, revision: 1), of: "a")
        let kinds = running.kinds(of: "a")
        #expect(kinds.count == 3)
        guard case .connected(let node, .grpc, _, let peer) = kinds[0] else {
          Issue.record("first event is \(kinds[0])")
          return
        }
        #expect(node.id == "a")
        #expect(peer.hasPrefix("127.0.0.1:"))
        #expect(kinds[1] == .subscribed(.listener, names: 1))
      }
    }
  }

  @Test("tells of an ACK, and pushes a change at once")
  func ackAndPush() async throws {
    try await RunningControlPlane.with { running, connection in
      let client = ADSTestClient("a")
      try await withStreams([client], on: connection) {
        client.subscribe(.routeConfiguration, [Walkthrough.routes])
        let first = try await client.responses.element(1)
        #expect(first.weights == [Walkthrough.v1: 90, Walkthrough.v2: 10])
        client.answer(first, names: [Walkthrough.routes])
        try await running.wait(for: .acked(.routeConfiguration, revision: 1), of: "a")

        running.publish(v1: 50, v2: 50)
        let second = try await client.responses.element(2)
        #expect(second.weights == [Walkthrough.v1: 50, Walkthrough.v2: 50])
        #expect(second.message.nonce != first.message.nonce)
        client.answer(second, names: [Walkthrough.routes])
        try await running.wait(for: .acked(.routeConfiguration, revision: 2), of: "a")
      }
    }
  }

  @Test("tells why a client refused, sends nothing until the next change, then sends that")
  func nack() async throws {
    try await RunningControlPlane.with { running, connection in
      let client = ADSTestClient("a")
      try await withStreams([client], on: connection) {
        client.subscribe(.routeConfiguration, [Walkthrough.routes])
        let first = try await client.responses.element(1)
        client.answer(first, names: [Walkthrough.routes])
        running.publish(v1: 1, v2: 2)
        let second = try await client.responses.element(2)
        client.answer(
          second,
          names: [Walkthrough.routes],
          keeping: first.message.versionInfo,
          refusal: "no such cluster"
        )
        let refused = ClientEvent.Kind.nacked(
          .routeConfiguration,
          revision: 2,
          reason: "no such cluster"
        )
        try await running.wait(for: refused, of: "a")
        // A round trip on another type shows that nothing else was under way.
        client.subscribe(.listener, [Walkthrough.listener])
        let third = try await client.responses.element(3)
        #expect(third.message.typeURL == ResourceType.listener.typeURL)

        running.publish(v1: 3, v2: 4)
        let fourth = try await client.responses.element(4)
        #expect(fourth.weights == [Walkthrough.v1: 3, Walkthrough.v2: 4])
      }
    }
  }

  @Test("takes no notice of an answer to an older response")
  func staleNonce() async throws {
    try await RunningControlPlane.with { running, connection in
      let client = ADSTestClient("a")
      try await withStreams([client], on: connection) {
        client.subscribe(.routeConfiguration, [Walkthrough.routes])
        let first = try await client.responses.element(1)
        client.answer(first, names: [Walkthrough.routes])
        running.publish(v1: 1, v2: 2)
        let second = try await client.responses.element(2)

        client.answer(first, names: [Walkthrough.routes], refusal: "stale")
        client.answer(second, names: [Walkthrough.routes])
        try await running.wait(for: .acked(.routeConfiguration, revision: 2), of: "a")
        let nacks = running.kinds(of: "a").filter { if case .nacked = $0 { true } else { false } }
        #expect(nacks.isEmpty)
      }
    }
  }

  @Test("sends a burst of 20 edits as one response once the client answers: the last")
  func burst() async throws {
    try await RunningControlPlane.with { running, connection in
      let client = ADSTestClient("a")
      try await withStreams([client], on: connection) {
        client.subscribe(.routeConfiguration, [Walkthrough.routes])
        let first = try await client.responses.element(1)
        for revision in 2...21 {
          running.publish(v1: revision, v2: 1)
        }
        client.answer(first, names: [Walkthrough.routes])
        let second = try await client.responses.element(2)
        #expect(second.weights == [Walkthrough.v1: 21, Walkthrough.v2: 1])
        client.answer(second, names: [Walkthrough.routes])
        try await running.wait(for: .acked(.routeConfiguration, revision: 21), of: "a")
        #expect(client.responses.all.count == 2)
      }
    }
  }

  @Test("encodes once what two clients get, byte for byte the same")
  func sharedBytes() async throws {
    try await RunningControlPlane.with { running, connection in
      let clients = [ADSTestClient("a"), ADSTestClient("b")]
      try await withStreams(clients, on: connection) {
        for client in clients { client.subscribe(.routeConfiguration, [Walkthrough.routes]) }
        let first = try await clients[0].responses.element(1)
        let other = try await clients[1].responses.element(1)
        #expect(first.bytes == other.bytes)
        #expect(running.plane.statistics.encodings == 1)

        for client in clients {
          client.answer(client.responses.all[0], names: [Walkthrough.routes])
          try await running.wait(
            for: .acked(.routeConfiguration, revision: 1),
            of: client.node.id
          )
        }
        running.publish(v1: 5, v2: 5)
        let second = try await clients[0].responses.element(2)
        let otherSecond = try await clients[1].responses.element(2)
        #expect(second.bytes == otherSecond.bytes)
        #expect(running.plane.statistics.encodings == 2)
      }
    }
  }

  @Test("answers what was asked before anything was published")
  func early() async throws {
    try await RunningControlPlane.with(publishing: false) { running, connection in
      let client = ADSTestClient("a")
      try await withStreams([client], on: connection) {
        client.subscribe(.listener, [Walkthrough.listener])
        #expect(try await eventually { running.plane.streamCount == 1 })
        running.publish()
        let response = try await client.responses.element(1).message
        #expect(ConfigVersion(response.versionInfo)?.revision == 1)
      }
    }
  }

  @Test("tells when a client cancels its stream, and when it closes it")
  func disconnect() async throws {
    try await RunningControlPlane.with { running, connection in
      let canceller = ADSTestClient("canceller")
      let closer = ADSTestClient("closer")
      try await withStreams([canceller, closer], on: connection) {
        for client in [canceller, closer] {
          client.subscribe(.listener, [Walkthrough.listener])
          try await client.responses.element(1)
        }
        #expect(running.plane.streamCount == 2)
        closer.finish()
        try await running.wait(
          for: .disconnected(reason: "the client closed the stream"),
          of: "closer"
        )
        #expect(try await closer.ends.element(1) == nil)
      }
      try await running.events.first { told in
        told.contains { event in
          if case .disconnected = event.kind { event.nodeID == "canceller" } else { false }
        } ? true : nil
      }
      #expect(running.plane.streamCount == 0)
    }
  }

  @Test("pushes one edit to 200 streams")
  func manyStreams() async throws {
    try await RunningControlPlane.with { running, connection in
      let clients = (0..<200).map { ADSTestClient("client-\($0)") }
      try await withStreams(clients, on: connection) {
        for client in clients { client.subscribe(.routeConfiguration, [Walkthrough.routes]) }
        for client in clients {
          client.answer(try await client.responses.element(1), names: [Walkthrough.routes])
        }
        for client in clients {
          try await running.wait(for: .acked(.routeConfiguration, revision: 1), of: client.node.id)
        }
        #expect(running.plane.streamCount == 200)
        running.publish(v1: 1, v2: 1)
        for client in clients {
          let response = try await client.responses.element(2)
          #expect(response.weights == [Walkthrough.v1: 1, Walkthrough.v2: 1])
        }
        #expect(running.plane.statistics.encodings == 2)
      }
    }
  }
}
