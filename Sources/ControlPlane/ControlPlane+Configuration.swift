extension ControlPlane {
  /// Where to listen, and how much to take from clients.
  package struct Configuration: Sendable {
    /// `localhost`, `::1` or an address in 127.0.0.0/8.
    package var host: String
    /// From 1 to 65535, or 0 for a free port.
    package var port: Int
    package var limits: Limits
    /// How long connections may take to end when the control plane stops.
    package var shutdownGrace: Duration

    package init(
      host: String = "127.0.0.1",
      port: Int = 15_010,
      limits: Limits = Limits(),
      shutdownGrace: Duration = .milliseconds(500)
    ) {
      self.host = host
      self.port = port
      self.limits = limits
      self.shutdownGrace = shutdownGrace
    }
  }

  /// Bounds on what a client can make the control plane hold, write or pass on.
  package struct Limits: Sendable {
    /// ADS streams open at once; one more ends with RESOURCE_EXHAUSTED.
    package var maxStreams = 50_000
    /// RPCs open at once on one connection.
    package var maxStreamsPerConnection = 1_000
    /// Bytes in one request; a longer one ends its stream.
    package var maxRequestBytes = 4 << 20
    /// Names in one subscription; more end the stream with INVALID_ARGUMENT.
    package var maxNames = 100_000
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
    /// Encoded responses kept for one published snapshot set.
    package var maxCachedResponses = 4_096
    /// Bytes of the encoded responses kept for one published snapshot set.
    package var maxCachedBytes = 64 << 20

    package init() {}
  }
}
