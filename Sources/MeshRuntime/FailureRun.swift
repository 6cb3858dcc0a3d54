import MeshModel

/// Finds out when all calls to something fail, and when one is answered again.
struct FailureRun: Sendable {
  /// Something that the operator should know.
  enum Turn: Hashable, Sendable {
    /// All of so many calls failed, over so many seconds.
    case everyCallFails(calls: UInt64, seconds: UInt64)
    case answersAgain
  }

  /// Failures tell only over so many nanoseconds, and so many of them.
  private static let patience: UInt64 = 5_000_000_000
  private static let minimum: UInt64 = 10

  /// When the first call failed after which none was answered; nil where the last one was answered.
  private var since: MonotonicTime?
  private var calls: UInt64 = 0
  private var isTold = false

  /// Takes in calls that ended at `time`, of which so many failed.
  ///
  /// - Returns: What is to be told; each failing is told once.
  mutating func record(calls: UInt64, failed: UInt64, at time: MonotonicTime) -> Turn? {
    guard calls > 0 else { return nil }
    guard failed >= calls else {
      defer { self = FailureRun() }
      return isTold ? .answersAgain : nil
    }
    self.calls += calls
    guard let since else {
      self.since = time
      return nil
    }
    let age = time.nanoseconds(since: since)
    guard !isTold, age >= FailureRun.patience, self.calls >= FailureRun.minimum else { return nil }
    isTold = true
    return .everyCallFails(calls: self.calls, seconds: age / 1_000_000_000)
  }
}
