/// How many a second over the last few seconds, from one counter a second.
///
/// What is counted may be told late: ``perSecond(atNanoseconds:)`` takes a silence that is longer
/// than the mean gap, up to a second of it, for news that is still on its way.
package struct SlidingRate: Hashable, Sendable {
  private static let nanosecondsPerSecond: UInt64 = 1_000_000_000

  private var counters: [UInt64]
  private var newest: UInt64 = 0
  /// The latest moment counted, in nanoseconds.
  private var latest: UInt64 = 0
  /// When the first was counted, so that a start is not averaged with the silence before it.
  private var first: UInt64?

  /// - Parameter seconds: The window's length, the current second included; 2 or more, since the
  ///   current one may have just begun.
  package init(seconds: Int) {
    precondition(seconds > 1)
    counters = Array(repeating: 0, count: seconds)
  }

  /// Counts at a moment in nanoseconds.
  ///
  /// It may lie before moments that were counted already; what is older than the window is left out.
  package mutating func record(_ count: UInt64 = 1, atNanoseconds time: UInt64) {
    let second = time / SlidingRate.nanosecondsPerSecond
    advance(toSecond: second)
    guard newest - second < UInt64(counters.count) else { return }
    first = min(first ?? time, time)
    latest = max(latest, time)
    counters[slot(second)] += count
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
    let second = SlidingRate.nanosecondsPerSecond
    let end = toldUntil(atNanoseconds: now)
    let start = max(first, oldestSecond(atNanoseconds: end) * second)
    let span = max(end > start ? end - start : 0, second)
    return Double(count(atNanoseconds: end)) * Double(second) / Double(span)
  }

  /// The moment up to which all is told, most likely: the last one counted and a mean gap after it,
  /// but not more than a second ago.
  private func toldUntil(atNanoseconds now: UInt64) -> UInt64 {
    let second = SlidingRate.nanosecondsPerSecond
    let start = max(first ?? 0, oldestSecond(atNanoseconds: latest) * second)
    let count = max(1, count(atNanoseconds: latest))
    let gap = (latest - min(start, latest)) / count
    return max(min(now, latest + gap), now - min(now, second))
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
