internal import Logging
internal import NIOCore

/// What all connections of a server have in common.
final class ServerShared: Sendable {
  let configuration: HTTP2Server.Configuration
  let routes: [String: RawRoute]
  let logger: Logger
  /// Nil for plain text.
  let certificates: CertificateStore?
  let connections: ConnectionList
  let onNotice: @Sendable (TransportNotice) -> Void
  private let calls: AsyncStream<AcceptedRPC>.Continuation

  init(
    configuration: HTTP2Server.Configuration,
    routes: [String: RawRoute],
    logger: Logger,
    certificates: CertificateStore?,
    onNotice: @escaping @Sendable (TransportNotice) -> Void,
    calls: AsyncStream<AcceptedRPC>.Continuation
  ) {
    self.configuration = configuration
    self.routes = routes
    self.logger = logger
    self.certificates = certificates
    self.onNotice = onNotice
    self.connections = ConnectionList(limit: configuration.limits.maxConnections)
    self.calls = calls
  }

  var limits: TransportLimits { configuration.limits }

  var isUnix: Bool {
    switch configuration.address {
    case .unix: true
    case .ip: false
    }
  }

  /// What a client is called whose address can't be told: it has none, or was gone before it was
  /// asked for.
  var namelessClient: String {
    isUnix ? "unix" : "unknown"
  }

  /// Hands a call to grpc-swift; false when that takes no more.
  ///
  /// Unbounded, but a call holds its stream and streams are counted.
  func accept(_ rpc: AcceptedRPC) -> Bool {
    if case .enqueued = calls.yield(rpc) { true } else { false }
  }

  /// No more calls come.
  func finishCalls() {
    calls.finish()
  }
}
