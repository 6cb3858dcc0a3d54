import MeshModel

/// The least time from the end of a client's calls to their report, as its clock and ours tell it.
///
/// It is what the way and the difference of the clocks make of it, and so no delay. What a call
/// takes beyond it, it waited: then it was earlier than it is told. All in microseconds.
struct LagFloor: Sendable {
  /// A least time counts this long at least, and twice as long at most while reports come, so that
  /// a clock that was set does not matter for long.
  private static let period: Int64 = 10_000_000
  /// A call counts as at most this old.
  private static let oldest: Int64 = 10_000_000

  private var current = Int64.max
  private var before = Int64.max
  private var began: Int64?

  /// How long ago a call was whose report comes now: 0 to 10 seconds.
  mutating func age(of record: CallRecord, at now: Timestamp) -> UInt64 {
    let end = record.time.microseconds
      .addingReportingOverflow(Int64(clamping: record.latencyMicroseconds)).partialValue
    let lag = now.microseconds.subtractingReportingOverflow(end).partialValue
    // Also where the clock was set back.
    if began.map({ abs(now.microseconds - $0) > LagFloor.period }) ?? true {
      before = current
      current = .max
      began = now.microseconds
    }
    current = min(current, lag)
    let age = lag.subtractingReportingOverflow(min(current, before)).partialValue
    return UInt64(max(0, min(age, LagFloor.oldest)))
  }
}
