package import MeshModel

/// When a load client makes its calls.
///
/// The client sleeps until ``nextArrival``, then makes as many calls as ``takeDue(at:using:)`` says.
/// A client that wakes late makes up for it, but never with more than `maximumBurst` calls at once.
package struct LoadSchedule: Sendable {
  package enum Shape: String, Hashable, Sendable {
    /// Equal gaps; the first is a random part of one, so that clients don't march in step.
    case constant
    /// Independent arrivals: exponential gaps.
    case poisson
  }

  package let shape: Shape
  /// Arrivals that may be due at once; what is beyond is skipped.
  package let maximumBurst: Int
  /// Arrivals a second.
  package private(set) var rate: Double
  /// Arrivals left out since the start, as more than the bound were due at once.
  ///
  /// Late Poisson arrivals are told as their expected number.
  package private(set) var skipped: UInt64 = 0

  private static let maximumRate = 1e9

  private let start: MonotonicTime
  /// The next arrival in nanoseconds after ``start``: fractions kept, so that the rate doesn't drift.
  private var next: Double

  /// Makes a schedule that begins at `start`.
  ///
  /// The rate is told in arrivals a second: what isn't above 0 means none, and there is at most one
  /// a nanosecond. `maximumBurst` is 1 or more.
  package init(
    _ shape: Shape,
    rate: Double,
    from start: MonotonicTime,
    maximumBurst: Int = 8,
    using dice: inout some RandomNumberGenerator
  ) {
    self.shape = shape
    self.rate = min(rate, LoadSchedule.maximumRate)
    self.maximumBurst = max(1, maximumBurst)
    self.start = start
    next = 0
    next = firstArrival(after: 0, using: &dice)
  }

  /// The moment of the next arrival; nil where there is none, or none within 500 years.
  package var nextArrival: MonotonicTime? {
    guard next < 0x1p63 else { return nil }
    let whole = UInt64(next)
    let rest: UInt64 = Double(whole) < next ? 1 : 0
    let (moment, overflow) = start.nanoseconds.addingReportingOverflow(whole + rest)
    return overflow ? nil : MonotonicTime(nanoseconds: moment)
  }

  /// Takes the arrivals that are due: as many calls are to be made now.
  package mutating func takeDue(
    at now: MonotonicTime,
    using dice: inout some RandomNumberGenerator
  ) -> Int {
    let elapsed = Double(now.nanoseconds(since: start))
    var due = 0
    while next <= elapsed {
      guard due < maximumBurst else {
        skip(to: elapsed, using: &dice)
        break
      }
      due += 1
      next += gap(using: &dice)
    }
    return due
  }

  /// Goes on with another rate from `now`.
  package mutating func setRate(
    _ rate: Double,
    at now: MonotonicTime,
    using dice: inout some RandomNumberGenerator
  ) {
    self.rate = min(rate, LoadSchedule.maximumRate)
    next = firstArrival(after: Double(now.nanoseconds(since: start)), using: &dice)
  }

  /// Leaves out what is still due at `elapsed`; O(1) however long that is.
  private mutating func skip(to elapsed: Double, using dice: inout some RandomNumberGenerator) {
    let meanGap = 1e9 / rate
    let missed = Double(UInt64(min((elapsed - next) / meanGap, 0x1p53)) + 1)
    skipped += UInt64(missed)
    switch shape {
    case .constant: next += missed * meanGap
    case .poisson: next = elapsed + gap(using: &dice)
    }
  }

  private func firstArrival(
    after moment: Double,
    using dice: inout some RandomNumberGenerator
  ) -> Double {
    guard rate > 0 else { return .infinity }
    switch shape {
    case .constant: return moment + Double.random(in: 0..<1, using: &dice) * gap(using: &dice)
    case .poisson: return moment + gap(using: &dice)
    }
  }

  /// The time from one arrival to the next, in nanoseconds.
  private func gap(using dice: inout some RandomNumberGenerator) -> Double {
    switch shape {
    case .constant: 1e9 / rate
    case .poisson: Double.exponential(using: &dice) * 1e9 / rate
    }
  }
}

extension Double {
  /// A random number with the exponential distribution of mean 1.
  ///
  /// By von Neumann's comparison of uniform numbers (1951), which needs no logarithm: of a falling
  /// run of them only the length's parity counts.
  package static func exponential(using dice: inout some RandomNumberGenerator) -> Double {
    var whole = 0.0
    while true {
      let first = Double.random(in: 0..<1, using: &dice)
      var last = first
      var isOddRun = true
      while true {
        let following = Double.random(in: 0..<1, using: &dice)
        if following >= last { break }
        last = following
        isOddRun.toggle()
      }
      if isOddRun { return whole + first }
      whole += 1
    }
  }
}
