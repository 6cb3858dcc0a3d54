import MeshModel
import XDSCore

/// Decides which source counts a client's calls, so that none is counted twice.
///
/// ```
///            first log line            first counts            entries, or their stream
///   (none) ───────────────► log ─────────────────────► LRS ─────────────────────────► ALS
///      └──────────────────────────────────────────────────────────────────────────────►│
///                                  LRS ◄── no stream of entries for 5 s, but counts ───┘
/// ```
///
/// The access log goes before load reports, and those go before a followed log. An Envoy tells both
/// of the first two, and begins with load reports: so for an Envoy, for a client that ever had an
/// access log stream and for one that is not known yet, load reports do not count before it had
/// none for five seconds.
///
/// A change of the source is a cut: the one before counts what ended until the cut, the next what
/// ended after it. Load reports can only be cut where one came, so at a cut between them and the
/// access log a balance is kept of what the reports tell and what entries told of the same time.
/// When late entries had their chance, the rest counts: it was told by nobody else.
struct CallLedger: Sendable {
  /// Something that the operator should know.
  enum Notice: Hashable, Sendable {
    /// The first now counts, instead of the second.
    case counts(CallSource, insteadOf: CallSource?)
    /// Both tell of the same calls, but not of as many.
    case disagree(accessLog: UInt64, loadReport: UInt64, seconds: UInt64)
  }

  /// What became of a report.
  struct Outcome: Hashable, Sendable {
    /// Whether its counts are to be counted.
    var counts = false
    /// What else is to be counted, from reports before, and what nothing else told of.
    var credits: [LoadCount] = []
    var notices: [Notice] = []
  }

  /// How far access log and load reports are told apart, while the access log counts.
  private enum Phase: Sendable {
    /// The access log tells all.
    case settled
    /// There is no access log stream; load reports are put by.
    case gap(since: MonotonicTime)
    /// There is one again; the next report reaches back to before it.
    case reopened(at: MonotonicTime)
    /// All that is put by has been reported; late entries may still tell of it.
    case settling(since: MonotonicTime)
  }

  private struct Balance: Sendable {
    /// Calls that reports told of, without those that entries told of.
    var calls: Int64 = 0
    /// Failed ones that reports told of.
    var failed: UInt64 = 0
  }

  /// Without an access log stream for so many nanoseconds load reports count.
  static let patience: UInt64 = 5_000_000_000
  /// Entries come at most this many nanoseconds after their calls, or are not waited for.
  private static let settleTime: UInt64 = 3_000_000_000
  private static let clusterLimit = 256

  /// What counts; nil before anything was told.
  private(set) var source: CallSource?
  private var profile: NodeProfile?
  private var hadAccessLog = false
  private var accessLogs = 0
  private var loadReports = 0
  private var phase = Phase.settled
  /// What the source before still counts: what ended until then.
  private var cut: (before: CallSource, at: MonotonicTime)?
  /// When the newest report came, and the one before what is put by.
  private var lastReport = MonotonicTime.zero
  private var floor = MonotonicTime.zero
  /// Entries of calls that ended since the newest report, by cluster; kept while reports come.
  private var recent: [String: UInt64] = [:]
  private var balances: [String: Balance] = [:]
  private var comparison = SourceComparison()

  /// Whether something is put by that time alone may settle.
  var isUnsettled: Bool { unsettledSince != nil }

  private var unsettledSince: MonotonicTime? {
    switch phase {
    case .settled, .gap: nil
    case .reopened(let time), .settling(let time): time
    }
  }

  private var prefersAccessLog: Bool { hadAccessLog || profile != .grpc && profile != .dubbo }

  mutating func note(_ profile: NodeProfile) {
    self.profile = profile
  }

  // MARK: Streams

  /// Takes in that a stream of entries or reports begins or ends.
  mutating func noteStream(_ kind: CallSource, isOpen: Bool, at now: MonotonicTime) -> Outcome {
    var outcome = Outcome(credits: settle(at: now))
    switch kind {
    case .accessLog:
      accessLogs = max(0, accessLogs + (isOpen ? 1 : -1))
      if isOpen { beginAccessLog(&outcome, at: now) } else { endAccessLog(at: now) }
    case .loadReport:
      loadReports = max(0, loadReports + (isOpen ? 1 : -1))
      // What it counted while it had no stream may be in its first report, or lost.
      if isOpen { comparison.begin() }
    case .log: break
    }
    return outcome
  }

  private mutating func beginAccessLog(_ outcome: inout Outcome, at now: MonotonicTime) {
    hadAccessLog = true
    switch source {
    case .accessLog, nil:
      if case .gap = phase { phase = .reopened(at: now) }
    case .loadReport?:
      cut = (.loadReport, lastReport)
      floor = lastReport
      recent.removeAll()
      balances.removeAll()
      phase = .reopened(at: now)
    case .log?: cut = (.log, now)
    }
    change(to: .accessLog, &outcome)
  }

  private mutating func endAccessLog(at now: MonotonicTime) {
    guard accessLogs == 0, source == .accessLog else { return }
    switch phase {
    case .settled: beginGap(at: now)
    // What is put by already stays so.
    case .reopened, .settling: phase = .gap(since: now)
    case .gap: break
    }
  }

  private mutating func beginGap(at now: MonotonicTime) {
    phase = .gap(since: now)
    floor = lastReport
    balances.removeAll()
  }

  private mutating func change(to new: CallSource, _ outcome: inout Outcome) {
    guard source != new else { return }
    if source != nil || new == .loadReport && profile == .envoy {
      outcome.notices.append(.counts(new, insteadOf: source))
    }
    source = new
    comparison.begin()
  }

  // MARK: Entries and lines

  /// Takes in a call that an access log entry or a line of a log tells of.
  ///
  /// - Parameters:
  ///   - kind: Where it comes from.
  ///   - cluster: The cluster that load reports count it in; nil where they don't.
  ///   - end: When the call ended.
  ///   - now: The time.
  ///   - outcome: What else is to be counted and told.
  /// - Returns: Whether the call is to be counted.
  mutating func take(
    _ kind: CallSource,
    cluster: String?,
    endedAt end: MonotonicTime,
    at now: MonotonicTime,
    _ outcome: inout Outcome
  ) -> Bool {
    if source != kind { return takeOther(kind, cluster: cluster, endedAt: end, at: now, &outcome) }
    // The one before counted it.
    if let cut, end <= cut.at { return false }
    guard kind == .accessLog else { return true }
    // Entries without a stream that one was told of: then it has one.
    if case .gap = phase, accessLogs == 0 { phase = .reopened(at: now) }
    if loadReports > 0 || lastReport > .zero { note(cluster, endedAt: end) }
    return true
  }

  private mutating func takeOther(
    _ kind: CallSource,
    cluster: String?,
    endedAt end: MonotonicTime,
    at now: MonotonicTime,
    _ outcome: inout Outcome
  ) -> Bool {
    if kind == .accessLog {
      beginAccessLog(&outcome, at: now)
      return take(kind, cluster: cluster, endedAt: end, at: now, &outcome)
    }
    if let cut, cut.before == kind { return end <= cut.at }
    guard kind == .log, source == nil else { return false }
    change(to: .log, &outcome)
    return true
  }

  private mutating func note(_ cluster: String?, endedAt end: MonotonicTime) {
    guard let cluster else { return }
    comparison.accessLog += 1
    if end > lastReport {
      if recent.count < CallLedger.clusterLimit || recent[cluster] != nil {
        recent[cluster, default: 0] += 1
      }
      return
    }
    guard end > floor, !balances.isEmpty else { return }
    balances[cluster]?.calls -= 1
  }

  // MARK: Reports

  /// Takes in a report's counts, of clusters that the mesh has.
  ///
  /// The first ones of a stream (`isFirst`) may be of a time that nothing else tells of.
  mutating func take(
    _ loads: [LoadReport.ClusterLoad],
    isFirst: Bool = false,
    at now: MonotonicTime
  ) -> Outcome {
    if isFirst { comparison.begin() }
    let total = loads.reduce(0) { $0 + $1.completed }
    var outcome = Outcome()
    defer {
      lastReport = now
      recent.removeAll(keepingCapacity: true)
    }
    switch source {
    case .loadReport?: outcome.counts = true
    case .log?:
      guard total > 0 else { break }
      // The log counted what this report tells of.
      cut = (.log, now)
      change(to: .loadReport, &outcome)
    case nil:
      guard prefersAccessLog else {
        outcome.counts = total > 0
        if outcome.counts { change(to: .loadReport, &outcome) }
        break
      }
      if case .settled = phase { beginGap(at: now) }
      putBy(loads, &outcome, at: now)
    case .accessLog?: putBy(loads, &outcome, at: now)
    }
    return outcome
  }

  /// Takes in a report of a client whose access log should tell all.
  private mutating func putBy(
    _ loads: [LoadReport.ClusterLoad],
    _ outcome: inout Outcome,
    at now: MonotonicTime
  ) {
    switch phase {
    case .settled:
      if let notice = comparison.take(loads, at: now) { outcome.notices.append(notice) }
    case .gap(let since):
      balance(loads)
      let isKnown = profile != nil && !prefersAccessLog
      guard isKnown || now.nanoseconds(since: since) >= CallLedger.patience,
        balances.values.contains(where: { $0.calls > 0 })
      else { return }
      outcome.credits += takeCredits()
      // Entries that come after all tell of what was counted just now.
      cut = nil
      phase = .settled
      change(to: .loadReport, &outcome)
    case .reopened:
      balance(loads)
      phase = .settling(since: now)
    case .settling:
      outcome.credits += takeCredits()
      phase = .settled
      comparison.begin()
    }
  }

  private mutating func balance(_ loads: [LoadReport.ClusterLoad]) {
    for load in loads
    where balances[load.cluster] != nil || balances.count < CallLedger.clusterLimit {
      balances[load.cluster, default: Balance()].calls += Int64(load.completed)
      balances[load.cluster]?.failed += load.failed
    }
    for (cluster, calls) in recent { balances[cluster]?.calls -= Int64(calls) }
  }

  /// Counts what is put by once nothing more is to come.
  mutating func settle(at now: MonotonicTime) -> [LoadCount] {
    guard let since = unsettledSince, now.nanoseconds(since: since) >= CallLedger.settleTime else {
      return []
    }
    phase = .settled
    comparison.begin()
    return takeCredits()
  }

  private mutating func takeCredits() -> [LoadCount] {
    let credits = balances.compactMap { cluster, balance -> LoadCount? in
      guard balance.calls > 0 else { return nil }
      let calls = UInt64(balance.calls)
      let failed = min(balance.failed, calls)
      return LoadCount(cluster: cluster, answered: calls - failed, failed: failed)
    }
    balances.removeAll()
    return credits.sorted { $0.cluster < $1.cluster }
  }
}

extension LoadReport.ClusterLoad {
  /// Calls that ended since the last report.
  var completed: UInt64 { succeeded + failed }
}
