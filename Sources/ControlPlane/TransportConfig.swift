internal import GRPCNIOTransportHTTP2Posix
internal import NIOCore

extension HTTP2ServerTransport.Posix.Config {
  /// How the control plane's port differs from a plain gRPC server's: it holds thousands of
  /// streams that are quiet for hours, and gets them all at once after a restart.
  static func controlPlane(
    _ limits: ControlPlane.Limits,
    _ listener: Listener
  ) -> Self {
    .defaults { config in
      config.rpc.maxRequestPayloadSize = limits.maxRequestBytes
      config.http2.maxConcurrentStreams = limits.maxStreamsPerConnection
      // Finds clients that went away without a word; clients may ping as often as they like
      // within reason, since their keepalive is theirs to choose.
      config.connection.keepalive.time = .seconds(60)
      config.connection.keepalive.timeout = .seconds(20)
      config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(1)
      config.connection.keepalive.clientBehavior.allowWithoutCalls = true
      // A push is one small write a connection: there is nothing to wait for.
      config.connection.flushCoalescing = nil
      config.channelDebuggingCallbacks.onBindTCPListener = { listener.take($0) }
      config.channelDebuggingCallbacks.onAcceptTCPConnection = { listener.add($0) }
    }
  }
}
