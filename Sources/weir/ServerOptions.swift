import ArgumentParser
import ControlPlane

/// Where the xDS server listens, and whom it lets in.
struct ServerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Where the xDS control plane listens; port 0 for a free one (default: 127.0.0.1:15010). Without \
      TLS only addresses of this machine.
      """,
      valueName: "address:port"
    ),
    transform: { try HostAndPort(parsing: $0, flag: "--listen") }
  )
  var listen = HostAndPort(host: "127.0.0.1", port: 15_010)

  @Flag(
    name: .customLong("insecure-listen"),
    help: "Serve in plaintext beyond this machine too: whoever reaches the port may read the rules."
  )
  var insecureListen = false

  @Option(
    name: .customLong("tls-cert"),
    help: ArgumentHelp(
      "Serve by TLS with this certificate (PEM, with those that signed it).",
      valueName: "file"
    )
  )
  var tlsCertificate: String?

  @Option(
    name: .customLong("tls-key"),
    help: ArgumentHelp("The certificate's private key (PEM).", valueName: "file")
  )
  var tlsKey: String?

  @Option(
    name: .customLong("tls-client-ca"),
    help: ArgumentHelp(
      "Let in only clients with a certificate signed by one of these (PEM).",
      valueName: "file"
    )
  )
  var tlsClientCA: String?

  @Option(
    name: .customLong("tls-identity"),
    help: ArgumentHelp(
      """
      Let a client whose certificate is of this identity (URI, DNS or common name) be only a node \
      whose ID fits the pattern; may be repeated.
      """,
      valueName: "identity=node"
    ),
    transform: { text in try validated("--tls-identity: ") { try IdentityRule(parsing: text) } }
  )
  var tlsIdentities: [IdentityRule] = []

  @Option(
    name: .customLong("lrs-interval"),
    parsing: .unconditional,
    help: ArgumentHelp(
      "How often clients shall report their load (default: 1s).",
      valueName: "duration"
    ),
    transform: { try DurationArgument(parsing: $0, flag: "--lrs-interval") }
  )
  var loadReportingInterval = DurationArgument(.seconds(1))

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "A client that is quiet for that long is pinged (default: 60s).",
      valueName: "duration"
    ),
    transform: { try DurationArgument(parsing: $0, flag: "--keepalive") }
  )
  var keepalive = DurationArgument(.seconds(60))

  @Option(
    name: .customLong("keepalive-timeout"),
    parsing: .unconditional,
    help: ArgumentHelp(
      "A client that doesn't answer a ping for that long is cut off (default: 20s).",
      valueName: "duration"
    ),
    transform: { try DurationArgument(parsing: $0, flag: "--keepalive-timeout") }
  )
  var keepaliveTimeout = DurationArgument(.seconds(20))

  @Option(
    name: .customLong("max-connection-age"),
    parsing: .unconditional,
    help: ArgumentHelp(
      "A connection older than that is told to go (default: off).",
      valueName: "off|duration"
    ),
    transform: { try Interval(parsing: $0, flag: "--max-connection-age") }
  )
  var maxConnectionAge = Interval.off

  func validate() throws {
    guard (tlsCertificate == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-cert and --tls-key belong together; found only one of them")
    }
    guard tlsClientCA == nil || tlsCertificate != nil else {
      throw ValidationError("--tls-client-ca wants --tls-cert and --tls-key")
    }
    guard tlsIdentities.isEmpty || tlsClientCA != nil else {
      throw ValidationError("--tls-identity wants --tls-client-ca, by which clients are told apart")
    }
    _ = try validated("--listen: ") {
      try ListenAddress(host: listen.host, port: listen.port, isOpen: isOpen)
    }
  }

  /// Whether more than this machine may be served.
  private var isOpen: Bool { insecureListen || tlsCertificate != nil }

  var tls: ControlPlane.TLS? {
    guard let tlsCertificate, let tlsKey else { return nil }
    return ControlPlane.TLS(
      certificateFile: tlsCertificate,
      keyFile: tlsKey,
      clientCAFile: tlsClientCA,
      identities: tlsIdentities
    )
  }
}
