import GRPCCore
import HTTP2Transport
import NIOCore
import NIOHPACK
import NIOHTTP2
import Synchronization
import TestSupport
import Testing

@Suite("Back-pressure", .timeLimit(.minutes(1)))
struct BackPressureTests {
  /// Sends a kilobyte whenever the client has room, up to a number of times.
  private final class Sender: RawStreamHandler {
    private let stream: RawStream
    private let sent: Recorder<Int>
    private let limit: Int

    init(_ stream: RawStream, _ sent: Recorder<Int>, limit: Int) {
      (self.stream, self.sent, self.limit) = (stream, sent, limit)
    }

    func received(_ message: ByteBuffer) { send() }
    func receivedEnd() {}
    func becameWritable() { send() }
    func closed(_ end: RawStreamEnd) {}

    private func send() {
      while stream.isWritable, sent.all.count < limit {
        stream.send(ByteBuffer(repeating: 7, count: 1_019))
        sent.record(1_024)
      }
    }
  }

  @Test("a raw handler stops while the client doesn't read, and goes on when it does")
  func rawWrites() async throws {
    let sent = Recorder<Int>()
    let routes: [String: RawRoute] = ["/test.Raw/Send": { s, _ in Sender(s, sent, limit: 400) }]
    try await RunningServer.with(routes: routes) { running in
      let client = try await FrameClient.connect(port: try await running.port)
      let id = try await client.open("/test.Raw/Send")
      try await client.send("go", on: id)
      // All of HTTP/2's first window, and what may wait behind it.
      try await until("the first window") { client.bytes(on: id).readableBytes == 65_535 }
      try await until("it is told") { sent.all.reduce(0, +) >= 65_535 }
      #expect(sent.all.reduce(0, +) <= 65_535 + (34 << 10))
      try await client.grant(40_000, on: id)
      try await until("the second window") { client.bytes(on: id).readableBytes == 105_535 }
      try await until("it is told") { sent.all.reduce(0, +) >= 105_535 }
      #expect(sent.all.reduce(0, +) <= 105_535 + (34 << 10))
      try await client.grant(1 << 20, on: id)
      try await until("the rest") { client.bytes(on: id).readableBytes == 400 * 1_024 }
      await client.close()
    }
  }

  @Test("trailers come after all that was sent before, however long that takes")
  func trailersLast() async throws {
    let events = Recorder<String>()
    let routes: [String: RawRoute] = [
      "/test.Raw/Close": { stream, _ in
        stream.send(ByteBuffer(repeating: 1, count: 150_000))
        stream.close(Status(code: .aborted, message: "that was all"))
        return Echo(stream, events)
      }
    ]
    try await RunningServer.with(routes: routes) { running in
      let client = try await FrameClient.connect(port: try await running.port)
      let id = try await client.open("/test.Raw/Close")
      try await until("the first window") { client.bytes(on: id).readableBytes == 65_535 }
      try await until("the handler's end") { events.all == ["closed finished"] }
      #expect(client.headers(on: id).count == 1)
      try await client.grant(100_000, on: id)
      #expect(try await client.trailers(on: id)["grpc-status"] == ["10"])
      #expect(client.bytes(on: id).readableBytes == 150_005)
      try await until("a reset") { client.resets(on: id) == [.noError] }
      await client.close()
    }
  }

  @Test("a service of grpc-swift waits while the client doesn't read, and fails when it leaves")
  func serviceWrites() async throws {
    let service = TestService()
    try await RunningServer.with(services: [service]) { running in
      let client = try await FrameClient.connect(port: try await running.port)
      let id = try await client.open(TestService.Method.flooding.path, endStream: true)
      try await until("the first window") { client.bytes(on: id).readableBytes == 65_535 }
      // It stands still: what was written stays within the window and what may wait.
      let written = { service.events.all.count { $0 == "wrote" } * 1_029 }
      try await until("it waits") { written() > 65_535 }
      #expect(written() < 65_535 + (36 << 10))
      try await client.grant(50_000, on: id)
      try await until("the second window") { client.bytes(on: id).readableBytes == 115_535 }
      #expect(written() < 115_535 + (36 << 10))
      await client.close()
      try await until("the service hears of it") { service.events.all.last == "failed" }
    }
  }

  @Test("a client can send no more than the window while a service doesn't read")
  func serviceReads() async throws {
    let service = TestService()
    try await RunningServer.with(services: [service]) { running in
      let client = try await FrameClient.connect(port: try await running.port)
      let id = try await client.open(TestService.Method.notReading.path)
      let message = ByteBuffer(repeating: 1, count: 4_000).framedAsMessage()
      // Two megabytes wait here, not there.
      for _ in 0..<500 { client.channel.write(data(message, id), promise: nil) }
      client.channel.flush()
      try await until("it reads one") { service.events.all == ["read 4000"] }
      // A second stream isn't held up by the first.
      let other = try await client.open(TestService.Method.echo.path)
      try await client.send("hello", on: other)
      try await until("the echo") { client.messages(on: other) == ["hello"] }
      #expect(client.windowGranted(on: id) <= 2 * 65_535)
      await client.close()
    }
  }

  @Test("a paused raw stream gets no more than its window")
  func rawReads() async throws {
    final class Paused: RawStreamHandler {
      let seen: Recorder<Int>
      init(_ seen: Recorder<Int>) { self.seen = seen }
      func received(_ message: ByteBuffer) { seen.record(message.readableBytes) }
      func receivedEnd() {}
      func closed(_ end: RawStreamEnd) {}
    }
    let seen = Recorder<Int>()
    let routes: [String: RawRoute] = [
      "/test.Raw/Paused": { stream, _ in
        stream.pauseReading()
        stream.eventLoop.scheduleTask(in: .milliseconds(300)) {
          seen.record(-1)
          stream.resumeReading()
        }
        return Paused(seen)
      }
    ]
    try await RunningServer.with(routes: routes) { running in
      let client = try await FrameClient.connect(port: try await running.port)
      let id = try await client.open("/test.Raw/Paused")
      let message = ByteBuffer(repeating: 1, count: 995).framedAsMessage()
      for _ in 0..<200 { client.channel.write(data(message, id), promise: nil) }
      client.channel.flush()
      try await until("all messages") { seen.all.count == 201 }
      #expect(seen.all.first == -1)
      await client.close()
    }
  }

  private func data(_ bytes: ByteBuffer, _ id: HTTP2StreamID) -> HTTP2Frame {
    HTTP2Frame(streamID: id, payload: .data(.init(data: .byteBuffer(bytes))))
  }
}

extension FrameClient {
  /// What the server let this client send on a stream, besides what HTTP/2 begins with.
  fileprivate func windowGranted(on id: HTTP2StreamID) -> Int {
    received.reduce(0) { sum, frame in
      guard frame.streamID == id, case .windowUpdate(let bytes) = frame.payload else { return sum }
      return sum + bytes
    }
  }
}
