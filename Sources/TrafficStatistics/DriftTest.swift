import RealModule

/// Evidence that responses do not follow the configured shares, valid however often it is looked at.
///
/// The evidence is an e-value: the Bayes factor of "the shares are some others" against "the shares
/// are the configured ones". "Some others" is a Dirichlet distribution centred on the configured
/// shares p, with parameters strength · p, so each response in category i with c of n so far
/// multiplies the e-value by ((strength · p_i + c) / (strength + n)) / p_i. Where the configured
/// shares are true this is a martingale that starts at 1, so by Ville's inequality the chance that
/// it *ever* reaches 20, looked at after each call for as long as one likes, is at most 1 in 20.
/// A test for one n, such as chi-square, gives a false alarm to half of those who watch it so.
///
/// The value is kept as its logarithm; a response that has no business there (a share of 0, or a
/// category that was never configured) makes it infinite at once and for good.
package struct DriftTest: Hashable, Sendable {
  /// The e-value at which drift is called: a false alarm in at most 1 of 20 tests, ever.
  package static let alarm = 20.0
  /// How many responses' worth of belief the alternative has in the configured shares.
  ///
  /// Small finds big drifts sooner, large finds small drifts sooner; between 2 and 50 the median
  /// number of calls to an alarm changes by less than a factor of two.
  package static let defaultStrength = 20.0

  /// The configured shares: each 0 to 1, their sum 1.
  package let want: [Double]
  /// Responses so far, one number a category.
  package private(set) var counts: [UInt64]
  /// The sum of ``counts``.
  package private(set) var n: UInt64 = 0
  /// The e-value's natural logarithm; infinite after a response that can't be.
  package private(set) var logEvidence = 0.0

  /// So many are quicker counted one by one.
  private static let fewTimes: UInt64 = 32
  private static let logAlarm = Double.log(alarm)
  private let strength: Double

  /// Starts a test of the shares that these weights mean; nil where their sum is 0.
  ///
  /// - Parameters:
  ///   - weights: One a category, not negative.
  ///   - strength: See ``defaultStrength``; above 0.
  package init?(weights: [UInt32], strength: Double = DriftTest.defaultStrength) {
    precondition(strength > 0)
    let total = weights.reduce(0) { $0 + UInt64($1) }
    guard total > 0 else { return nil }
    want = weights.map { Double($0) / Double(total) }
    counts = Array(repeating: 0, count: weights.count)
    self.strength = strength
  }

  /// The evidence against the configured shares: 1 at the start, above all numbers when certain.
  package var eValue: Double { Double.exp(logEvidence) }

  /// Whether the evidence reaches ``alarm`` now.
  package var isAlarm: Bool { logEvidence >= DriftTest.logAlarm }

  /// Counts a response of a category.
  package mutating func record(_ category: Int) {
    let share = want[category]
    if share == 0 {
      logEvidence = .infinity
    } else {
      let predicted =
        (strength * share + Double(counts[category])) / (strength + Double(n))
      // Infinity stays infinity: what can't be stays impossible.
      logEvidence += Double.log(predicted / share)
    }
    counts[category] += 1
    n += 1
  }

  /// Counts many responses of a category at once, as if one after the other.
  ///
  /// The evidence after several categories' responses does not depend on their order, so that
  /// batches whose order nobody knows can be counted; but it means something only once all of a
  /// batch are in. O(1).
  package mutating func record(_ category: Int, times: UInt64) {
    guard times > DriftTest.fewTimes else {
      for _ in 0..<times { record(category) }
      return
    }
    let share = want[category]
    if share == 0 {
      logEvidence = .infinity
    } else {
      // The product of (strength · share + c) / (strength + n) over all of them, by gamma functions.
      let few = strength * share + Double(counts[category])
      let many = strength + Double(n)
      let number = Double(times)
      logEvidence +=
        (Double.logGamma(few + number) - Double.logGamma(few))
        - (Double.logGamma(many + number) - Double.logGamma(many))
        - number * Double.log(share)
    }
    counts[category] += times
    n += times
  }

  /// Notes a response that no category explains.
  package mutating func recordUnexplained() {
    logEvidence = .infinity
  }
}
