internal import HTTP2Transport

extension HTTP2Server.Configuration {
  /// How the control plane's port differs from a plain gRPC server's: it holds thousands of
  /// streams that are quiet for hours, and gets them all at once after a restart.
  init(_ configuration: ControlPlane.Configuration, at address: ListenAddress) {
    var limits = TransportLimits()
    limits.maxMessageBytes = configuration.limits.maxRequestBytes
    limits.maxStreamsPerConnection = configuration.limits.maxStreamsPerConnection
    // Clients may ping as often as they like within reason, since their keepalive is theirs to
    // choose; the server's own finds those that went away without a word.
    var keepalive = TransportKeepalive()
    keepalive.time = configuration.keepalive.time
    keepalive.timeout = configuration.keepalive.timeout
    keepalive.maxAge = configuration.keepalive.maxConnectionAge
    self.init(
      address: .ip(host: address.host, port: address.port),
      tls: configuration.tls.map {
        TLSFiles(
          certificateChain: $0.certificateFile,
          privateKey: $0.keyFile,
          clientRoots: $0.clientCAFile,
          checkInterval: $0.checkInterval
        )
      },
      limits: limits,
      keepalive: keepalive,
      shutdownGrace: configuration.shutdownGrace
    )
  }
}

extension LimitLog {
  /// Tells what the transport has to say, with the flag that changes it where there is one.
  func note(_ notice: TransportNotice) {
    let flag = notice.kind.flag.map { "; see \($0)" } ?? ""
    note(
      .transport(notice.kind),
      by: notice.client.isEmpty ? "engine" : notice.client,
      notice.text + flag
    )
  }
}

extension TransportNotice.Kind {
  fileprivate var flag: String? {
    switch self {
    case .messageBytes: "--max-request-bytes"
    case .streams: "--max-streams-per-connection"
    case .silence: "--keepalive-timeout"
    case .badCertificate, .newCertificate: "--tls-cert"
    case .connections, .headerBytes, .resets, .controlFrames, .pings, .setUpTime: nil
    }
  }
}
