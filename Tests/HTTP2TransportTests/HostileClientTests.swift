import GRPCCore
import HTTP2Transport
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import TestSupport
import Testing

@Suite("Hostile clients", .timeLimit(.minutes(1)))
struct HostileClientTests {
  private func withEcho(
    limits: TransportLimits = TransportLimits(),
    keepalive: TransportKeepalive = TransportKeepalive(),
    _ body: @Sendable @escaping (RunningServer, Recorder<String>) async throws -> Void
  ) async throws {
    let events = Recorder<String>()
    try await RunningServer.with(
      limits: limits,
      keepalive: keepalive,
      routes: Echo.route(events)
    ) { running in
      try await body(running, events)
      // Whatever the one did, another is served.
      let client = try await FrameClient.connect(port: try await running.port)
      let id = try await client.open(Echo.path)
      try await client.send("fine", on: id)
      try await until("the echo") { client.messages(on: id) == ["fine"] }
      await client.close()
      try await until("no connection is left") { running.server.connectionCount == 0 }
    }
  }

  /// Sends bytes, and waits until the server closes the connection.
  private func send(_ bytes: ByteBuffer, to running: RunningServer) async throws {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(host: "127.0.0.1", port: try await running.port).get()
    try? await channel.writeAndFlush(bytes).get()
    try await until("the server closes") { !channel.isActive }
  }

  @Test(
    "garbage closes the connection",
    arguments: [
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}\u{7f}",
    ]
  )
  func garbage(text: String) async throws {
    try await withEcho { running, _ in
      try await send(ByteBuffer(string: text), to: running)
    }
  }

  @Test("random bytes behind a good beginning never stop the server", arguments: 0..<20)
  func noise(seed: Int) async throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var bytes = ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    bytes.writeBytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
    for _ in 0..<2_000 {
      // Frames of a random kind with random content, so that some get past the frame parser.
      let length = UInt8.random(in: 0...40, using: &generator)
      bytes.writeBytes([0, 0, length, .random(in: 0...9, using: &generator)])
      bytes.writeBytes([.random(in: 0...255, using: &generator), 0, 0, 0])
      bytes.writeInteger(UInt8.random(in: 0...9, using: &generator))
      for _ in 0..<length { bytes.writeInteger(UInt8.random(in: 0...255, using: &generator)) }
    }
    let sent = bytes
    try await withEcho { running, _ in try await send(sent, to: running) }
  }

  @Test("a client that says nothing is closed in time")
  func silentFromTheStart() async throws {
    var limits = TransportLimits()
    limits.setUpTimeout = .seconds(2)
    try await withEcho(limits: limits) { running, _ in
      try await send(ByteBuffer(), to: running)
      try await until("it is told") { running.notices.all.map(\.kind) == [.setUpTime] }
    }
  }

  @Test("too many pings close the connection with a reason")
  func pings() async throws {
    try await withEcho { running, events in
      let client = try await FrameClient.connect(port: try await running.port)
      _ = try await client.open(Echo.path)
      for _ in 0..<4 { try await client.send(.ping(HTTP2PingData(), ack: false)) }
      try await until("the server closes") { !client.isOpen }
      let last = try #require(client.goAways.last)
      #expect(last.code == .enhanceYourCalm)
      #expect(last.text == "too_many_pings")
      #expect(running.notices.all.map(\.kind) == [.pings])
      try await until("the stream is over") { events.all.last == "closed lost" }
    }
  }

  @Test("a ping for each message is no ping too many: clients measure their bandwidth so")
  func measuring() async throws {
    try await withEcho { running, _ in
      let client = try await FrameClient.connect(port: try await running.port)
      let id = try await client.open(Echo.path)
      for count in 1...50 {
        try await client.send("push", on: id)
        try await until("the echo") { client.messages(on: id).count == count }
        try await client.send(.ping(HTTP2PingData(), ack: false))
      }
      #expect(client.isOpen)
      #expect(running.notices.all.isEmpty)
      await client.close()
    }
  }

  @Test("rapid resets close the connection")
  func resets() async throws {
    try await withEcho { running, events in
      let client = try await FrameClient.connect(port: try await running.port)
      for _ in 0..<200 {
        guard let id = try? await client.open(Echo.path) else { break }
        try? await client.send(.rstStream(.cancel), on: id)
      }
      try await until("the server closes") { !client.isOpen }
      #expect(running.notices.all.map(\.kind) == [.resets])
      try await until("all streams are over") {
        events.all.count("open") == events.all.count("closed")
      }
    }
  }

  @Test("streams over the limit wait for those that are open")
  func streams() async throws {
    var limits = TransportLimits()
    limits.maxStreamsPerConnection = 3
    try await withEcho(limits: limits) { running, events in
      let client = try await FrameClient.connect(port: try await running.port)
      try await until("the server's settings") { client.knowsSettings }
      var ids: [HTTP2StreamID] = []
      for _ in 0..<3 { ids.append(try await client.open(Echo.path)) }
      async let fourth = client.open(Echo.path)
      try await until("three are open") { events.all.count("open") == 3 }
      try await client.send(.rstStream(.cancel), on: ids[0])
      try await client.send("hello", on: try await fourth)
      try await until("the fourth is served") { events.all.contains("message 5") }
      await client.close()
    }
  }

  @Test("a client that opens streams over the limit loses its connection")
  func streamsRegardless() async throws {
    var limits = TransportLimits()
    limits.maxStreamsPerConnection = 3
    try await withEcho(limits: limits) { running, events in
      var bytes = ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
      bytes.writeBytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
      // The server's settings bind once they are confirmed.
      bytes.writeBytes([0, 0, 0, 4, 1, 0, 0, 0, 0])
      let path = Array(Echo.path.utf8)
      let type = Array("application/grpc".utf8)
      // :method POST, :scheme http, :path, content-type.
      let block =
        [0x83, 0x86, 0x04, UInt8(path.count)] + path + [0x0f, 0x10, UInt8(type.count)] + type
      for id in [1, 3, 5, 7] as [UInt8] {
        bytes.writeBytes([0, 0, UInt8(block.count), 1, 4, 0, 0, 0, id] + block)
      }
      try await send(bytes, to: running)
      #expect(running.notices.all.map(\.kind) == [.streams])
      #expect(events.all.count("open") == 3)
    }
  }

  @Test("headers over the limit close the connection")
  func headers() async throws {
    var limits = TransportLimits()
    limits.maxHeaderListBytes = 4_000
    try await withEcho(limits: limits) { running, _ in
      let client = try await FrameClient.connect(port: try await running.port)
      // It binds once it is confirmed.
      try await until("the server's settings") { client.knowsSettings }
      let long = String(repeating: "z", count: 6_000)
      _ = try? await client.open(Echo.path, headers: ["x-long": long])
      try await until("the server closes") { !client.isOpen }
      #expect(running.notices.all.map(\.kind) == [.headerBytes])
    }
  }

  @Test("a connection too many is closed at once")
  func connections() async throws {
    var limits = TransportLimits()
    limits.maxConnections = 2
    try await withEcho(limits: limits) { running, _ in
      let port = try await running.port
      let first = try await FrameClient.connect(port: port)
      let second = try await FrameClient.connect(port: port)
      try await until("two are open") { running.server.connectionCount == 2 }
      let third = try await FrameClient.connect(port: port)
      try await until("the server closes") { !third.isOpen }
      #expect(running.notices.all.map(\.kind) == [.connections])
      await first.close()
      await second.close()
      try await until("none is open") { running.server.connectionCount == 0 }
    }
  }
}

extension [String] {
  fileprivate func count(_ prefix: String) -> Int { count { $0.hasPrefix(prefix) } }
}
