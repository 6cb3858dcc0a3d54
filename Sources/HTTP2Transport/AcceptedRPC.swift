internal import GRPCCore
internal import Synchronization

/// A stream that grpc-swift is to serve.
struct AcceptedRPC: Sendable {
  typealias Serve =
    @Sendable @concurrent (
      RPCStream<HTTP2Server.Inbound, HTTP2Server.Outbound>, ServerContext
    ) async -> Void

  let path: String
  let connection: ConnectionInfo
  let requests: RPCHandler.Requests
  let writer: RPCResponseWriter
  let cancellation: CancellationLink

  /// Serves the stream to its end.
  func run(_ serve: Serve) async {
    let descriptor = MethodDescriptor(path: path)
    let stream = RPCStream(
      descriptor: descriptor,
      inbound: RPCAsyncSequence(wrapping: requests),
      outbound: RPCWriter.Closable(wrapping: writer)
    )
    await withServerContextRPCCancellationHandle { handle in
      cancellation.connect(handle)
      var context = ServerContext(
        descriptor: descriptor,
        remotePeer: connection.remotePeer,
        localPeer: connection.localPeer,
        cancellation: handle
      )
      context.transportSpecific = connection
      await serve(stream, context)
    }
  }
}

/// Tells a service that its RPC is over, also where that happened before it began.
final class CancellationLink: Sendable {
  private enum State {
    case waiting
    case connected(ServerContext.RPCCancellationHandle)
    case cancelled
  }

  private let state = Mutex(State.waiting)

  func connect(_ handle: ServerContext.RPCCancellationHandle) {
    let isCancelled = state.withLock { state in
      if case .cancelled = state { return true }
      state = .connected(handle)
      return false
    }
    if isCancelled { handle.cancel() }
  }

  func cancel() {
    let handle: ServerContext.RPCCancellationHandle? = state.withLock { state in
      defer { state = .cancelled }
      return if case .connected(let handle) = state { handle } else { nil }
    }
    handle?.cancel()
  }
}

extension MethodDescriptor {
  /// - Parameter path: `/service/method`.
  fileprivate init(path: String) {
    let parts = path.split(separator: "/")
    self.init(
      fullyQualifiedService: parts.first.map(String.init) ?? "",
      method: parts.last.map(String.init) ?? ""
    )
  }
}

extension ConnectionInfo {
  /// As grpc-swift writes it: `ipv4:127.0.0.1:4711`, `ipv6:[::1]:4711` or `unix:`.
  fileprivate var remotePeer: String { Self.peer(remoteAddress) }
  fileprivate var localPeer: String { Self.peer(localAddress) }

  private static func peer(_ address: String) -> String {
    if address.hasPrefix("[") { return "ipv6:\(address)" }
    if address == "unknown" { return address }
    return address.contains(":") ? "ipv4:\(address)" : "unix:\(address)"
  }
}
