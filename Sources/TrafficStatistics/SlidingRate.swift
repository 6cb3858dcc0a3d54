/// How many a second over the last few seconds, from one counter a second.
package struct SlidingRate: Hashable, Sendable {
  private static let nanosecondsPerSecond: UInt64 = 1_000_000_000

  private var counters: [UInt64]
  private var newest: UInt64 = 0
  /// When the first was counted, so that a start is not averaged with the silence before it.
  private var first: UInt64?

  /// - Parameter seconds: The window's length, the current second included; 2 or more, since the
  ///   current one may have just begun.
  package init(seconds: Int) {
    precondition(seconds > 1)
    counters = Array(repeating: 0, count: seconds)
  }

  /// Counts at a moment of a clock that never goes back, in nanoseconds.
  package mutating func record(_ count: UInt64 = 1, atNanoseconds now: UInt64) {
    advance(toSecond: now / SlidingRate.nanosecondsPerSecond)
    if first == nil { first = now }
    counters[slot(newest)] += count
  }

  /// How many there were in the window: its full seconds and the part of the current one that has
  /// passed.
  package func count(atNanoseconds now: UInt64) -> UInt64 {
    let oldest = oldestSecond(atNanoseconds: now)
    guard newest >= oldest else { return 0 }
    var sum: UInt64 = 0
    for second in oldest...newest where newest - second < UInt64(counters.count) {
      sum += counters[slot(second)]
    }
    return sum
  }

  /// The mean over the window; over the time since the first count, but at least one second, where
  /// that is shorter.
  package func perSecond(atNanoseconds now: UInt64) -> Double {
    guard let first else { return 0 }
    let windowStart = oldestSecond(atNanoseconds: now) * SlidingRate.nanosecondsPerSecond
    let start = max(first, windowStart)
    let elapsed = now > start ? now - start : 0
    let span = max(elapsed, SlidingRate.nanosecondsPerSecond)
    return Double(count(atNanoseconds: now)) * Double(SlidingRate.nanosecondsPerSecond)
      / Double(span)
  }

  private func oldestSecond(atNanoseconds now: UInt64) -> UInt64 {
    let second = max(newest, now / SlidingRate.nanosecondsPerSecond)
    return second - min(second, UInt64(counters.count - 1))
  }

  private mutating func advance(toSecond second: UInt64) {
    guard second > newest else { return }
    let passed = min(second - newest, UInt64(counters.count))
    for age in 0..<passed { counters[slot(second - age)] = 0 }
    newest = second
  }

  private func slot(_ second: UInt64) -> Int { Int(second % UInt64(counters.count)) }
}
