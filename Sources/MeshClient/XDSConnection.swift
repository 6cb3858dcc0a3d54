import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore

/// The connection to the xDS server that ADS and access logs share.
enum XDSConnection {
  /// A client for it, to be run by its owner.
  ///
  /// - Parameter address: The xDS server's.
  /// - Returns: The client, not connected yet.
  /// - Throws: `RuntimeError` where the address can't be dialled at all.
  static func client(to address: ServerAddress) throws -> GRPCClient<HTTP2ClientTransport.Posix> {
    let transport = try HTTP2ClientTransport.Posix(
      target: address.target,
      transportSecurity: .plaintext,
      config: .defaults { config in
        config.connection.maxIdleTime = nil
        // Half-open connections show within minutes; servers accept no more than this by default.
        config.connection.keepalive = .init(
          time: .seconds(300),
          timeout: .seconds(20),
          allowWithoutCalls: false
        )
        // gRPC's own waits reach 120 s; an operator who restarts the control plane watches for us.
        config.backoff = .init(
          initial: .milliseconds(250),
          max: .seconds(5),
          multiplier: 1.6,
          jitter: 0.2
        )
      },
      serviceConfig: ServiceConfig(loadBalancingConfig: [.roundRobin])
    )
    return GRPCClient(transport: transport)
  }
}
