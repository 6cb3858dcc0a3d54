/// The latencies of the last few seconds: a ring of histograms, one a second, and their sum.
///
/// Recording costs one bucket in two histograms; a second that passes out of the window is taken
/// off the sum once.
package struct SlidingLatency: Hashable, Sendable {
  /// The sum over the window, as of the last ``advance(toSecond:)`` or record.
  package private(set) var window = LatencyHistogram()

  private var seconds: [LatencyHistogram]
  private var newest: UInt64 = 0

  /// - Parameter seconds: The window's length, the current second included; 1 or more.
  package init(seconds: Int) {
    precondition(seconds > 0)
    self.seconds = Array(repeating: LatencyHistogram(), count: seconds)
  }

  /// Records a latency at a second of a clock that never goes back.
  ///
  /// One that is older than the window is left out.
  package mutating func record(_ microseconds: UInt64, atSecond second: UInt64) {
    advance(toSecond: second)
    guard newest - second < UInt64(seconds.count) else { return }
    seconds[slot(second)].record(microseconds)
    window.record(microseconds)
  }

  /// Drops what has become older than the window.
  package mutating func advance(toSecond second: UInt64) {
    guard second > newest else { return }
    let passed = min(second - newest, UInt64(seconds.count))
    for age in 0..<passed {
      let expired = slot(second - age)
      guard !seconds[expired].isEmpty else { continue }
      window.subtract(seconds[expired])
      seconds[expired].removeAll()
    }
    newest = second
  }

  private func slot(_ second: UInt64) -> Int { Int(second % UInt64(seconds.count)) }
}
