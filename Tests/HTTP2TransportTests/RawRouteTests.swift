import GRPCCore
import HTTP2Transport
import NIOCore
import NIOHPACK
import NIOHTTP2
import TestSupport
import Testing

@Suite("Raw routes", .timeLimit(.minutes(1)))
struct RawRouteTests {
  private func withEcho(
    limits: TransportLimits = TransportLimits(),
    _ body: @Sendable @escaping (FrameClient, Recorder<String>) async throws -> Void
  ) async throws {
    let events = Recorder<String>()
    try await RunningServer.with(limits: limits, routes: Echo.route(events)) { running in
      let client = try await FrameClient.connect(port: try await running.port)
      try await body(client, events)
      await client.close()
    }
  }

  @Test("a message comes back at once, then the end with a status")
  func echo() async throws {
    try await withEcho { client, events in
      let id = try await client.open(Echo.path)
      try await client.send("hello", on: id)
      try await until("the echo") { client.messages(on: id) == ["hello"] }
      #expect(client.headers(on: id).first?[":status"] == ["200"])
      #expect(client.headers(on: id).first?["content-type"] == ["application/grpc"])
      try await client.send("bye", on: id, endStream: true)
      #expect(try await client.trailers(on: id)["grpc-status"] == ["0"])
      #expect(client.messages(on: id) == ["hello", "bye"])
      try await until("the end") { events.all.last == "closed finished" }
      #expect(
        events.all == ["open dialled", "message 5", "message 3", "end", "closed finished"]
      )
    }
  }

  @Test("messages may be cut anywhere, and several come in one frame", arguments: [1, 3, 7, 1_000])
  func cuts(size: Int) async throws {
    try await withEcho { client, _ in
      let id = try await client.open(Echo.path)
      let texts = (0..<20).map { String(repeating: "x", count: $0) }
      var bytes = ByteBuffer()
      for text in texts {
        bytes.writeImmutableBuffer(ByteBuffer(string: text).framedAsMessage())
      }
      while bytes.readableBytes > 0 {
        let part = bytes.readSlice(length: min(size, bytes.readableBytes)) ?? ByteBuffer()
        try await client.send(bytes: part, on: id)
      }
      try await until("all echoes") { client.messages(on: id) == texts }
    }
  }

  @Test("a message of many frames needs more window than there is at first, and gets it")
  func large() async throws {
    try await withEcho { client, events in
      let id = try await client.open(Echo.path)
      try await client.grant(1 << 20, on: id)
      let text = String(repeating: "y", count: 500_000)
      try await client.send(text, on: id)
      try await until("the echo") { client.messages(on: id) == [text] }
    }
  }

  @Test("a handler that closes the stream sends trailers, and the client is told to stop")
  func closing() async throws {
    try await withEcho { client, events in
      let id = try await client.open(Echo.path)
      try await client.send("stop", on: id)
      let trailers = try await client.trailers(on: id)
      #expect(trailers["grpc-status"] == ["10"])
      #expect(trailers["grpc-message"] == ["as asked"])
      #expect(trailers[":status"] == ["200"], "trailers only")
      try await until("a reset") { client.resets(on: id) == [.noError] }
      try await until("the end") { events.all.last == "closed finished" }
      #expect(client.isOpen)
    }
  }

  @Test("a client's reset reaches the handler")
  func reset() async throws {
    try await withEcho { client, events in
      let id = try await client.open(Echo.path)
      try await client.send("hello", on: id)
      try await until("the echo") { client.messages(on: id) == ["hello"] }
      try await client.send(.rstStream(.cancel), on: id)
      try await until("the end") { events.all.last == "closed cancelled" }
      let next = try await client.open(Echo.path)
      try await client.send("again", on: next)
      try await until("the echo") { client.messages(on: next) == ["again"] }
    }
  }

  @Test("a lost connection reaches the handler")
  func lost() async throws {
    try await withEcho { client, events in
      let id = try await client.open(Echo.path)
      try await client.send("hello", on: id)
      try await until("the echo") { client.messages(on: id) == ["hello"] }
      await client.close()
      try await until("the end") { events.all.last == "closed lost" }
    }
  }

  @Test("a deadline ends the stream")
  func deadline() async throws {
    try await withEcho { client, events in
      let id = try await client.open(Echo.path, headers: ["grpc-timeout": "50m"])
      #expect(try await client.trailers(on: id)["grpc-status"] == ["4"])
      try await until("the end") { events.all.last == "closed deadline" }
    }
  }

  @Test("a message over the limit is refused before it is there")
  func tooLarge() async throws {
    var limits = TransportLimits()
    limits.maxMessageBytes = 1_000
    try await withEcho(limits: limits) { client, events in
      let id = try await client.open(Echo.path)
      var bytes = ByteBuffer()
      bytes.writeInteger(UInt8(0))
      bytes.writeInteger(UInt32(1_001))
      try await client.send(bytes: bytes, on: id)
      #expect(try await client.trailers(on: id)["grpc-status"] == ["8"])
      try await until("the end") { events.all.last == "closed refused resourceExhausted" }
    }
  }

  @Test("a stream that ends within a message is refused")
  func cutOff() async throws {
    try await withEcho { client, events in
      let id = try await client.open(Echo.path)
      try await client.send(bytes: ByteBuffer(bytes: [0, 0, 0, 0, 9, 1]), on: id, endStream: true)
      #expect(try await client.trailers(on: id)["grpc-status"] == ["13"])
      try await until("the end") { events.all.last == "closed refused internalError" }
    }
  }

  @Test("compression is refused, with what is taken instead")
  func compressed() async throws {
    try await withEcho { client, _ in
      let named = try await client.open(Echo.path, headers: ["grpc-encoding": "gzip"])
      let flagged = try await client.open(Echo.path)
      try await client.send(bytes: ByteBuffer(bytes: [1, 0, 0, 0, 1, 0]), on: flagged)
      for id in [named, flagged] {
        let trailers = try await client.trailers(on: id)
        #expect(trailers["grpc-status"] == ["12"])
        #expect(trailers["grpc-accept-encoding"] == ["identity"])
      }
    }
  }

  @Test(
    "what isn't gRPC gets an HTTP status",
    arguments: [
      ("GET", "application/grpc", "405"), ("POST", "application/json", "415"),
      ("POST", "application/grpcs", "415"), ("POST", "", "415"),
    ]
  )
  func notGRPC(method: String, contentType: String, status: String) async throws {
    try await withEcho { client, _ in
      let id = try await client.open(Echo.path, method: method, contentType: contentType)
      #expect(try await client.trailers(on: id)[":status"] == [status])
    }
  }

  @Test("messages that wait while reading is paused come after, and the end last")
  func paused() async throws {
    try await withEcho { client, events in
      let id = try await client.open(Echo.path)
      try await client.send("pause", on: id)
      try await client.send("one", on: id)
      try await client.send("two", on: id, endStream: true)
      #expect(try await client.trailers(on: id)["grpc-status"] == ["0"])
      #expect(client.messages(on: id) == ["one", "two"])
      #expect(
        events.all.dropFirst().prefix(5)
          == ["message 5", "resumed", "message 3", "message 3", "end"]
      )
    }
  }
}
