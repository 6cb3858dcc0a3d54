/// One xDS client: what it was sent, what it acknowledged, and what its calls did.
///
/// Where several streams share a node ID each has a row of its own; its calls, which can't be told
/// apart, all stand on the first row that has a stream.
package struct ClientPicture: Hashable, Sendable {
  package enum State: String, Hashable, Sendable {
    /// The newest revision is in force on it.
    case acked
    /// It refused the newest content of at least one type.
    case nacked
    /// A response is on its way or unanswered, for less than the time after which it is stale.
    case waiting
    /// It has not answered for long.
    case stale
    /// Its stream is gone.
    case disconnected
  }

  /// One resource type on this client.
  package struct TypeState: Hashable, Sendable {
    /// `LDS`, `RDS`, `CDS` or `EDS`.
    package var type: String
    /// The revision that is in force on the client for this type; nil before the first ACK.
    package var ackedRevision: UInt64?
    package var isNacked: Bool
    package var isPending: Bool
    /// Names subscribed to; nil for all.
    package var subscribed: Int?

    package init(
      type: String,
      ackedRevision: UInt64? = nil,
      isNacked: Bool = false,
      isPending: Bool = false,
      subscribed: Int? = nil
    ) {
      self.type = type
      self.ackedRevision = ackedRevision
      self.isNacked = isNacked
      self.isPending = isPending
      self.subscribed = subscribed
    }
  }

  /// The calls that picked one cluster.
  package struct ClusterCalls: Hashable, Sendable {
    /// Such as `outbound|20000|v1|host`.
    package var cluster: String
    /// Calls in all, and those of them that failed.
    package var calls: UInt64
    package var failed: UInt64

    package init(cluster: String, calls: UInt64 = 0, failed: UInt64 = 0) {
      self.cluster = cluster
      self.calls = calls
      self.failed = failed
    }
  }

  /// A short name: the third part of an Istio node ID, else the whole of it; with ` #2` and so on
  /// behind it for further streams of the same node ID.
  package var name: String
  package var nodeID: String
  /// `grpc`, `envoy` or `dubbo`.
  package var profile: String
  package var state: State
  /// LDS, RDS, CDS, EDS: those that it subscribed to.
  package var types: [TypeState]
  package var sentRevision: UInt64?
  package var ackedRevision: UInt64?
  /// From the key (or other cause) of the newest revision to this client's last ACK of it, in
  /// microseconds; nil until then.
  package var ackMicroseconds: UInt64?
  /// What it said when it refused; empty where it did not.
  package var nackMessage: String
  /// Calls seen of it, and the responses' shares by row of the rule it calls most.
  package var calls: UInt64
  package var callsPerSecond: Double
  package var failed: UInt64
  /// Where its numbers come from: `ALS`, `LRS`, `log` or `none`; each call is counted once.
  package var source: String
  /// What it can't do as the rules ask, one sentence each: `not on this client: …`.
  package var notes: [String]
  /// `SotW` or `delta`.
  package var variant: String
  /// Its calls by the cluster that was picked, by name; calls that picked none are in none of them.
  package var clusters: [ClusterCalls]
  /// Calls that it reported of clusters that the mesh doesn't have; in no other count.
  package var strayCalls: UInt64
  /// The process, where the engine started it.
  package var process: ProcessPicture?

  package init(
    name: String,
    nodeID: String,
    profile: String = "grpc",
    state: State,
    types: [TypeState] = [],
    sentRevision: UInt64? = nil,
    ackedRevision: UInt64? = nil,
    ackMicroseconds: UInt64? = nil,
    nackMessage: String = "",
    calls: UInt64 = 0,
    callsPerSecond: Double = 0,
    failed: UInt64 = 0,
    source: String = "none",
    notes: [String] = [],
    variant: String = "SotW",
    clusters: [ClusterCalls] = [],
    strayCalls: UInt64 = 0,
    process: ProcessPicture? = nil
  ) {
    self.name = name
    self.nodeID = nodeID
    self.profile = profile
    self.state = state
    self.types = types
    self.sentRevision = sentRevision
    self.ackedRevision = ackedRevision
    self.ackMicroseconds = ackMicroseconds
    self.nackMessage = nackMessage
    self.calls = calls
    self.callsPerSecond = callsPerSecond
    self.failed = failed
    self.source = source
    self.notes = notes
    self.variant = variant
    self.clusters = clusters
    self.strayCalls = strayCalls
    self.process = process
  }
}

/// A process that the engine started and watches over.
package struct ProcessPicture: Hashable, Sendable {
  package enum State: String, Hashable, Sendable {
    case starting, running
    /// It ended and will be started again.
    case dead
    /// It was told to stop, and did.
    case stopped
  }

  package var state: State
  /// nil while it does not run.
  package var processID: Int?
  /// How it last ended, such as `killed by signal 9`; empty where it never did.
  package var exitReason: String
  /// Starts after the first.
  package var restarts: Int
  /// Milliseconds until the next start; nil where none is due.
  package var restartInMilliseconds: UInt64?

  package init(
    state: State,
    processID: Int? = nil,
    exitReason: String = "",
    restarts: Int = 0,
    restartInMilliseconds: UInt64? = nil
  ) {
    self.state = state
    self.processID = processID
    self.exitReason = exitReason
    self.restarts = restarts
    self.restartInMilliseconds = restartInMilliseconds
  }
}
