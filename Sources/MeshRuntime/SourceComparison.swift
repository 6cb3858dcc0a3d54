import MeshModel

/// Compares what the access log and the load reports of one client tell of the same calls.
///
/// Entries come later than reports, by less than a report's time. So the two are never quite equal;
/// but what is between them does not grow.
struct SourceComparison: Sendable {
  /// They are compared this many nanoseconds after the beginning at the soonest.
  private static let window: UInt64 = 10_000_000_000

  /// Entries since the beginning.
  var accessLog: UInt64 = 0
  private var loadReport: UInt64 = 0
  private var began: MonotonicTime?
  /// The largest report, and the most that can be between the two beside it.
  private var largest: UInt64 = 0
  private var slack: UInt64 = 0

  /// Begins anew with the next report.
  mutating func begin() {
    self = SourceComparison()
  }

  /// - Returns: That they differ by more than can be, the first time since the beginning.
  mutating func take(
    _ loads: [LoadReport.ClusterLoad],
    at now: MonotonicTime
  ) -> CallLedger.Notice? {
    guard let began else {
      self.began = now
      accessLog = 0
      return nil
    }
    let completed = loads.reduce(0) { $0 + $1.completed }
    loadReport += completed
    largest = max(largest, completed)
    slack = max(slack, loads.reduce(0) { $0 + $1.inProgress + $1.dropped })
    let age = now.nanoseconds(since: began)
    guard age >= SourceComparison.window else { return nil }
    let difference = max(accessLog, loadReport) - min(accessLog, loadReport)
    guard difference > largest + slack else { return nil }
    let notice = CallLedger.Notice.disagree(
      accessLog: accessLog,
      loadReport: loadReport,
      seconds: age / 1_000_000_000
    )
    begin()
    return notice
  }
}
