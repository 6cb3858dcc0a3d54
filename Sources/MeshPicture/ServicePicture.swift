package import MeshModel

/// One service: its rules and what the calls under them did.
package struct ServicePicture: Hashable, Sendable {
  /// The host that is dialled.
  package var host: HostName
  package var port: UInt16
  /// The VirtualService that steers it; nil where it has none.
  package var virtualService: ResourceName?
  /// Its rules, in order.
  ///
  /// Without a VirtualService: the one implied rule that takes every call to
  /// the host as it is, which can't be edited.
  package var rules: [RulePicture]
  /// The subsets that a DestinationRule of the host defines, with the workloads behind each.
  package var subsets: [SubsetPicture]
  /// Calls a second over the last few seconds.
  package var callsPerSecond: Double
  /// The share of them that failed, 0 to 1; nil where there were none.
  package var errorShare: Double?
  /// Quantiles of their latency in microseconds; nil where there were none.
  package var latencyP50: UInt64?
  package var latencyP99: UInt64?
  /// Failed calls, in all, that reached no endpoint and chose no subset.
  package var failedUnplaced: UInt64
  /// Answered calls that load reports tell of and that no rule is known of, since the rules last
  /// changed, by subset: several rules lead there, or the routes changed meanwhile.
  package var unattributed: [SubsetCalls]
  /// Those of them that were made while the routes changed.
  package var betweenRevisions: UInt64

  package init(
    host: HostName,
    port: UInt16,
    virtualService: ResourceName? = nil,
    rules: [RulePicture] = [],
    subsets: [SubsetPicture] = [],
    callsPerSecond: Double = 0,
    errorShare: Double? = nil,
    latencyP50: UInt64? = nil,
    latencyP99: UInt64? = nil,
    failedUnplaced: UInt64 = 0,
    unattributed: [SubsetCalls] = [],
    betweenRevisions: UInt64 = 0
  ) {
    self.host = host
    self.port = port
    self.virtualService = virtualService
    self.rules = rules
    self.subsets = subsets
    self.callsPerSecond = callsPerSecond
    self.errorShare = errorShare
    self.latencyP50 = latencyP50
    self.latencyP99 = latencyP99
    self.failedUnplaced = failedUnplaced
    self.unattributed = unattributed
    self.betweenRevisions = betweenRevisions
  }
}

/// How many calls went to a subset.
package struct SubsetCalls: Hashable, Sendable {
  /// Its name; `all` where the calls chose none.
  package var subset: String
  package var calls: UInt64

  package init(subset: String, calls: UInt64) {
    self.subset = subset
    self.calls = calls
  }
}

package struct SubsetPicture: Hashable, Sendable {
  package var name: String
  package var labels: [String: String]
  /// Workloads that can take calls.
  package var ready: Int
  /// Failed calls, in all, that chose this subset and that no endpoint can be blamed for.
  ///
  /// They reached none of its endpoints, and it has several, or none. Where there was only ever one
  /// they count as that one's (``EndpointPicture/failed``).
  package var failed: UInt64

  package init(name: String, labels: [String: String], ready: Int, failed: UInt64 = 0) {
    self.name = name
    self.labels = labels
    self.ready = ready
    self.failed = failed
  }
}

/// Want beside got for the calls of one rule, counted only from responses that clients made while
/// they had this rule's newest content in force.
package struct RatioPicture: Hashable, Sendable {
  package struct Row: Hashable, Sendable {
    /// The destination's subset; or a workload version that no destination of the rule explains.
    package var label: String
    /// The configured share, 0 to 1; nil for what was not asked for.
    package var want: Double?
    /// Responses.
    package var count: UInt64
    /// The observed share, 0 to 1; nil before the first response.
    package var got: Double?
    /// The 95 % interval of ``got``; nil before the first response.
    package var low: Double?
    package var high: Double?

    package init(
      label: String,
      want: Double? = nil,
      count: UInt64 = 0,
      got: Double? = nil,
      low: Double? = nil,
      high: Double? = nil
    ) {
      self.label = label
      self.want = want
      self.count = count
      self.got = got
      self.low = low
      self.high = high
    }
  }

  package enum Verdict: String, Hashable, Sendable {
    /// Not enough responses to tell.
    case few
    /// No evidence against the configured shares.
    case ok
    /// The observed shares are not the configured ones.
    case drift
  }

  /// The split of one client's calls.
  package struct ClientShare: Hashable, Sendable {
    package var client: String
    package var n: UInt64
    /// In the order of ``RatioPicture/rows``, 0 to 1.
    package var shares: [Double]

    package init(client: String, n: UInt64, shares: [Double]) {
      self.client = client
      self.n = n
      self.shares = shares
    }
  }

  /// Responses counted: the sum of the rows.
  package var n: UInt64
  /// Calls of this rule that failed; not in ``n``.
  package var failed: UInt64
  /// A row a destination, in the rule's order, then what else answered.
  package var rows: [Row]
  package var verdict: Verdict
  /// The evidence against the configured shares, valid at any time; nil where nothing can be tested.
  ///
  /// Drift is called when it reaches ``alarmAt``, and stays called until the counts start afresh,
  /// also where the evidence falls below it again.
  package var eValue: Double?
  package var alarmAt: Double
  /// Responses needed to know the smallest share within 2 percentage points.
  package var needed: UInt64
  /// The last row's share in each of the last seconds, oldest first; nil where none answered.
  package var history: [Double?]
  package var byClient: [ClientShare]
  /// Those of ``n`` that load reports tell of: they name the subset that was picked, and not what
  /// answered.
  package var bySubset: UInt64

  package init(
    n: UInt64 = 0,
    failed: UInt64 = 0,
    rows: [Row] = [],
    verdict: Verdict = .few,
    eValue: Double? = nil,
    alarmAt: Double = 20,
    needed: UInt64 = 0,
    history: [Double?] = [],
    byClient: [ClientShare] = [],
    bySubset: UInt64 = 0
  ) {
    self.n = n
    self.failed = failed
    self.rows = rows
    self.verdict = verdict
    self.eValue = eValue
    self.alarmAt = alarmAt
    self.needed = needed
    self.history = history
    self.byClient = byClient
    self.bySubset = bySubset
  }
}
