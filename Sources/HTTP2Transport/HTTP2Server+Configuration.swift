extension HTTP2Server {
  /// Where a server listens, by which certificate, and what it puts up with.
  package struct Configuration: Sendable {
    package var address: BindAddress
    /// Nil for plain text.
    package var tls: TLSFiles?
    package var limits: TransportLimits
    package var keepalive: TransportKeepalive
    /// How long open streams may go on after a graceful shutdown began.
    package var shutdownGrace: Duration

    package init(
      address: BindAddress,
      tls: TLSFiles? = nil,
      limits: TransportLimits = TransportLimits(),
      keepalive: TransportKeepalive = TransportKeepalive(),
      shutdownGrace: Duration = .seconds(5)
    ) {
      self.address = address
      self.tls = tls
      self.limits = limits
      self.keepalive = keepalive
      self.shutdownGrace = shutdownGrace
    }
  }
}

/// How much a server takes from its clients; each limit is logged when it is hit.
package struct TransportLimits: Hashable, Sendable {
  /// The longest message taken, in bytes; a longer one ends its stream with RESOURCE_EXHAUSTED.
  package var maxMessageBytes: Int = 4 << 20
  /// The streams that a connection may have open at once.
  ///
  /// Clients are told, and wait; one that opens more regardless loses its connection.
  package var maxStreamsPerConnection: Int = 100
  /// The connections open at once; nil for any number.
  ///
  /// One too many is closed at once.
  package var maxConnections: Int?
  /// The longest header list taken, in bytes as HTTP/2 counts them.
  package var maxHeaderListBytes: Int = 16 << 10
  /// What a client may send on a stream before it is read, in bytes: 65535 to 2147483647.
  package var streamWindowBytes: Int = 65_535
  /// What a client may send on all its streams together, likewise.
  package var connectionWindowBytes: Int = 65_535
  /// A stream is writable while no more than this waits for the client, in bytes.
  package var maxUnsentBytes: Int = 32 << 10
  /// The messages that wait for a service of grpc-swift before the client has to wait.
  package var maxWaitingMessages: Int = 16
  /// The streams that a client may reset in a second before its connection is closed.
  package var maxResetsPerSecond: Int = 50
  /// The PING and SETTINGS frames that a client may send in a second before its connection is
  /// closed.
  ///
  /// Some clients measure their bandwidth with a PING for each thing that they are sent.
  package var maxControlFramesPerSecond: Int = 1_000
  /// How long a new connection may take until it speaks HTTP/2, TLS included.
  package var setUpTimeout: Duration = .seconds(20)

  package init() {}
}

/// How a server finds out that clients are gone, and how long connections live.
package struct TransportKeepalive: Hashable, Sendable {
  /// A connection that is silent for so long is pinged; nil for no pings.
  package var time: Duration? = .seconds(60)
  /// A connection that is silent for so long after a ping is closed.
  package var timeout: Duration = .seconds(20)
  /// A client that pings more often than this is closed with `too_many_pings`: at the third such
  /// ping since it was last sent something.
  package var minPingInterval: Duration = .seconds(1)
  /// Whether clients may ping while they have no stream open; else once in two hours.
  package var allowsPingsWithoutStreams = true
  /// A connection of this age, give or take a tenth, is closed gracefully; nil for any age.
  package var maxAge: Duration?
  /// How long streams may go on on a connection that is closed for its age or idleness.
  package var maxAgeGrace: Duration = .seconds(10)
  /// A connection without a stream for so long is closed gracefully; nil for never.
  package var maxIdle: Duration?

  package init() {}
}

/// The files that a server proves itself with, and tells clients by.
///
/// They are read again every ``checkInterval``: connections from then on get the new certificate,
/// those that are open go on. Files that can't be used leave the old ones in force.
package struct TLSFiles: Hashable, Sendable {
  /// A PEM file with the server's certificate, and those that signed it, in order.
  package var certificateChain: String
  /// A PEM file with the certificate's private key.
  package var privateKey: String
  /// A PEM file with the certificates that sign those of clients, which then have to show one; nil
  /// where clients show none.
  package var clientRoots: String?
  /// How often the files are read again.
  package var checkInterval: Duration

  package init(
    certificateChain: String,
    privateKey: String,
    clientRoots: String? = nil,
    checkInterval: Duration = .seconds(10)
  ) {
    self.certificateChain = certificateChain
    self.privateKey = privateKey
    self.clientRoots = clientRoots
    self.checkInterval = checkInterval
  }
}
