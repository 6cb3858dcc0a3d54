import GRPCCore
import HTTP2Transport
import NIOCore
import NIOHPACK
import NIOHTTP2
import Synchronization
import TestSupport
import Testing

@Suite("Many streams", .timeLimit(.minutes(1)))
struct LoadTests {
  /// Keeps the streams that are open, to send all of them something.
  private final class Hub: Sendable {
    private let streams = Mutex<[RawStream]>([])

    var count: Int { streams.withLock(\.count) }

    func add(_ stream: RawStream) {
      streams.withLock { $0.append(stream) }
    }

    /// Sends the same bytes to all, a turn a loop.
    func send(_ text: String) {
      let bytes = ByteBuffer(string: text).framedAsMessage()
      let loops = Dictionary(grouping: streams.withLock { $0 }) { ObjectIdentifier($0.eventLoop) }
      for streams in loops.values {
        streams.first?.execute { for stream in streams { stream.send(framed: bytes) } }
      }
    }
  }

  @Test("a thousand streams on two hundred connections all get all that is sent")
  func broadcast() async throws {
    let (hub, events) = (Hub(), Recorder<String>())
    let routes: [String: RawRoute] = [
      Echo.path: { stream, _ in
        hub.add(stream)
        return Echo(stream, events)
      }
    ]
    try await RunningServer.with(routes: routes) { running in
      let port = try await running.port
      var clients: [(FrameClient, [HTTP2StreamID])] = []
      for _ in 0..<200 {
        let client = try await FrameClient.connect(port: port)
        var ids: [HTTP2StreamID] = []
        for _ in 0..<5 { ids.append(try await client.open(Echo.path)) }
        clients.append((client, ids))
      }
      try await until("all are open") { hub.count == 1_000 }
      let texts = (0..<10).map { "push \($0)" }
      for text in texts { hub.send(text) }
      for (client, ids) in clients {
        for id in ids {
          try await until("all pushes") { client.messages(on: id).count == texts.count }
          #expect(client.messages(on: id) == texts)
        }
      }
      for (client, _) in clients { await client.close() }
      try await until("all are over") { events.all.count { $0 == "closed lost" } == 1_000 }
      #expect(running.server.connectionCount == 0)
    }
  }
}
