package import XDSCore

extension ControlPlane {
  /// Where to listen, whom to trust, and how much to take from clients.
  package struct Configuration: Sendable {
    /// `localhost` or an IP address; without ``tls`` one of this machine's own (127.0.0.0/8, ::1),
    /// unless ``insecureListen`` is set.
    package var host: String
    /// From 1 to 65535, or 0 for a free port.
    package var port: Int
    /// How clients are told apart from strangers; nil for plaintext (`--tls-cert` and so on).
    package var tls: TLS?
    /// Whether plaintext may be served beyond this machine (`--insecure-listen`).
    package var insecureListen: Bool
    package var keepalive: Keepalive
    package var limits: Limits
    /// How often clients shall report their load: a millisecond at least (`--lrs-interval`).
    package var loadReportingInterval: Duration
    /// How a client's profile is told (`--profile`).
    package var profiles: ProfileRules
    /// How long connections may take to end when the control plane stops.
    package var shutdownGrace: Duration

    package init(
      host: String = "127.0.0.1",
      port: Int = 15_010,
      tls: TLS? = nil,
      insecureListen: Bool = false,
      keepalive: Keepalive = Keepalive(),
      limits: Limits = Limits(),
      loadReportingInterval: Duration = .seconds(1),
      profiles: ProfileRules = ProfileRules(),
      shutdownGrace: Duration = .milliseconds(500)
    ) {
      self.host = host
      self.port = port
      self.tls = tls
      self.insecureListen = insecureListen
      self.keepalive = keepalive
      self.limits = limits
      self.loadReportingInterval = loadReportingInterval
      self.profiles = profiles
      self.shutdownGrace = shutdownGrace
    }
  }

  /// The server's certificate, and what clients have to show.
  package struct TLS: Hashable, Sendable {
    /// A PEM file: the certificate, then those that signed it (`--tls-cert`).
    package var certificateFile: String
    /// A PEM file with the private key (`--tls-key`).
    package var keyFile: String
    /// A PEM file of those who may sign clients' certificates (`--tls-client-ca`): with it, who shows
    /// none is turned away; nil where clients need none.
    package var clientCAFile: String?
    /// Which certificate may speak for which node: one rule has to fit; none means that every
    /// verified client may (`--tls-identity`).
    package var identities: [IdentityRule]
    /// How often the files are read again, as they may have been rotated.
    package var checkInterval: Duration

    package init(
      certificateFile: String,
      keyFile: String,
      clientCAFile: String? = nil,
      identities: [IdentityRule] = [],
      checkInterval: Duration = .seconds(10)
    ) {
      self.certificateFile = certificateFile
      self.keyFile = keyFile
      self.clientCAFile = clientCAFile
      self.identities = identities
      self.checkInterval = checkInterval
    }
  }

  /// When connections are looked after.
  package struct Keepalive: Hashable, Sendable {
    /// Quiet for that long, a client is pinged (`--keepalive`).
    package var time: Duration
    /// Without an answer for that long, its connection is closed (`--keepalive-timeout`).
    package var timeout: Duration
    /// Connections older than that are told to go elsewhere; nil for any age
    /// (`--max-connection-age`).
    package var maxConnectionAge: Duration?

    package init(
      time: Duration = .seconds(60),
      timeout: Duration = .seconds(20),
      maxConnectionAge: Duration? = nil
    ) {
      self.time = time
      self.timeout = timeout
      self.maxConnectionAge = maxConnectionAge
    }
  }

  /// Bounds on what a client can make the control plane hold, write or pass on.
  package struct Limits: Sendable {
    /// Discovery streams open at once; one more ends with RESOURCE_EXHAUSTED (`--max-streams`).
    package var maxStreams = 50_000
    /// RPCs open at once on one connection (`--max-streams-per-connection`).
    package var maxStreamsPerConnection = 1_000
    /// Bytes in one request; a longer one ends its stream (`--max-request-bytes`).
    package var maxRequestBytes = 4 << 20
    /// Names in one subscription; more end the stream with INVALID_ARGUMENT (`--max-names`).
    package var maxNames = 100_000
    /// Bytes of UTF-8 in a resource's name; a longer one ends the stream with INVALID_ARGUMENT.
    ///
    /// A delta client's names add up over its requests, so the length of one request doesn't bound
    /// them.
    package var maxNameBytes = 1_024
    /// Requests that wait for the first snapshot on one stream; more end it with UNAVAILABLE.
    package var maxEarlyRequests = 64
    /// Actions that wait for a stream's writer before its requests are left unread.
    package var maxWaitingActions = 64
    /// Bytes of UTF-8 in a node ID or another of the node's own names; the rest is cut off.
    package var maxNodeIDBytes = 256
    /// Entries in each of a node's maps and lists; the rest is left out.
    package var maxNodeFields = 64
    /// Bytes of UTF-8 in a NACK's reason; the rest is cut off.
    package var maxReasonBytes = 4_096
    /// Bytes of UTF-8 in each text of a call record; the rest is cut off.
    package var maxCallTextBytes = 1_024
    /// Headers in a call record; the rest is left out.
    package var maxCallHeaders = 64
    /// Clusters in one load report; the rest is left out.
    package var maxReportedClusters = 10_000
    /// Encoded responses kept for one published snapshot set.
    package var maxCachedResponses = 4_096
    /// Bytes of the encoded responses kept for one published snapshot set.
    package var maxCachedBytes = 64 << 20

    package init() {}
  }
}
