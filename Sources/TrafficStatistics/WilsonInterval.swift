import RealModule

/// The 95 % confidence interval of a share, by Wilson's score method (no continuity correction).
///
/// Why Wilson: the textbook ("Wald") interval is empty at 0 of n and covers far less than 95 % of
/// the time at the small shares of a canary; Clopper-Pearson never covers less, but is a good deal
/// wider than it must be. Wilson covers 95 % on average over all shares and stays in 0 to 1
/// (E. B. Wilson 1927; compared in R. G. Newcombe, Statistics in Medicine 17, 1998, and Brown, Cai
/// and DasGupta, Statistical Science 16, 2001). It starts at exactly 0 for 0 of n and ends at
/// exactly 1 for n of n.
///
/// The 95 % hold for one look at one n. To watch for a wrong split call by call use ``DriftTest``.
package struct WilsonInterval: Hashable, Sendable {
  /// The two-sided 95 % quantile of the normal distribution.
  package static let z = 1.959963984540054

  /// 0 to 1.
  package let low: Double
  /// 0 to 1, not below ``low``.
  package let high: Double

  /// The interval for `count` hits among `n`; nil for no observation at all.
  ///
  /// - Precondition: `count <= n`.
  package init?(count: UInt64, of n: UInt64) {
    precondition(count <= n)
    guard n > 0 else { return nil }
    let total = Double(n)
    let share = Double(count) / total
    let zSquared = WilsonInterval.z * WilsonInterval.z
    let scale = 1 / (1 + zSquared / total)
    let centre = (share + zSquared / (2 * total)) * scale
    let variance = share * (1 - share) / total + zSquared / (4 * total * total)
    let half = WilsonInterval.z * Double.sqrt(variance) * scale
    low = count == 0 ? 0 : max(0, centre - half)
    high = count == n ? 1 : min(1, centre + half)
  }

  /// Responses needed until the interval of `share` is twice `halfWidth` wide.
  ///
  /// ±2 points take 865 at 10 %, 1801 at 25 % and 189 at 0 or 100 %.
  ///
  /// - Parameters:
  ///   - halfWidth: Above 0 and below 1.
  ///   - share: 0 to 1.
  /// - Returns: The larger of z²·share·(1 - share)/halfWidth², the normal approximation, and, for
  ///   shares so near 0 or 1 that this says too little, the n at which 0 of n bounds the share by
  ///   `halfWidth`.
  package static func samplesNeeded(halfWidth: Double, share: Double) -> UInt64 {
    precondition(halfWidth > 0 && halfWidth < 1 && share >= 0 && share <= 1)
    let zSquared = z * z
    let inside = zSquared * share * (1 - share) / (halfWidth * halfWidth)
    let atTheEdge = zSquared * (1 - halfWidth) / halfWidth
    return UInt64(max(inside, atTheEdge).rounded(.up))
  }
}
