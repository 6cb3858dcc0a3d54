import GRPCCore
import GRPCNIOTransportHTTP2Posix
import MeshClient
import NIOCore
import Synchronization
import Testing

/// A gRPC server on 127.0.0.1 that can be killed, and started again on the same port.
final class TestServer: Sendable {
  /// The connections it has accepted; one that comes after the end is closed at once.
  private final class Connections: Sendable {
    private let state = Mutex<(open: [any Channel], isOver: Bool)>(([], false))

    func add(_ channel: any Channel) {
      let isOver = state.withLock { state in
        state.open.append(channel)
        return state.isOver
      }
      if isOver { channel.close(promise: nil) }
    }

    func closeAll() {
      let open = state.withLock { state in
        state.isOver = true
        return state.open
      }
      for channel in open { channel.close(promise: nil) }
    }
  }

  let port: UInt16
  private let server: GRPCServer<HTTP2ServerTransport.Posix>
  private let connections = Connections()
  private let task: Task<Void, any Error>

  var address: ServerAddress { ServerAddress(host: "127.0.0.1", port: port) }
  var hostPort: String { "127.0.0.1:\(port)" }

  /// Starts it; port 0 is any that is free.
  init(_ services: [any RegistrableRPCService], port: UInt16 = 0) async throws {
    let connections = connections
    let transport = HTTP2ServerTransport.Posix(
      address: .ipv4(host: "127.0.0.1", port: Int(port)),
      transportSecurity: .plaintext,
      config: .defaults { config in
        config.channelDebuggingCallbacks.onAcceptTCPConnection = { channel in
          connections.add(channel)
          return channel.eventLoop.makeSucceededVoidFuture()
        }
      }
    )
    let server = GRPCServer(transport: transport, services: services)
    self.server = server
    task = Task { try await server.serve() }
    let address = try #require(try await transport.listeningAddress.ipv4)
    self.port = UInt16(address.port)
  }

  /// Drops its connections, as a killed process does, and returns when the port is free.
  ///
  /// Cancelling `serve()` instead traps in swift-nio where a stream is being opened.
  func kill() async {
    server.beginGracefulShutdown()
    connections.closeAll()
    _ = await task.result
  }
}
