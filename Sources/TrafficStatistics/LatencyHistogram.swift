/// A distribution of durations in microseconds, in fixed log-linear buckets.
///
/// Values below 64 have a bucket each; above, each doubling is cut into 32 buckets of the same
/// width. A quantile is told as the middle of its bucket, so it is off by at most 1/64 (2^-6) of
/// the true value. Values from 2^36 µs (19 hours) on count as that. The size is fixed: 8 KiB.
package struct LatencyHistogram: Hashable, Sendable {
  /// No reported quantile is further from the true one than this share of it.
  package static let relativeError = 1.0 / 64

  private static let subBits = 5
  private static let topBit = 36
  private static let bucketCount = (topBit - subBits + 1) << subBits

  /// Values recorded.
  package private(set) var count: UInt64 = 0
  private var buckets: [UInt64]

  package init() {
    buckets = Array(repeating: 0, count: LatencyHistogram.bucketCount)
  }

  /// Whether nothing is recorded.
  package var isEmpty: Bool { count == 0 }

  package mutating func record(_ microseconds: UInt64) {
    buckets[LatencyHistogram.bucket(of: microseconds)] += 1
    count += 1
  }

  /// The smallest value that at least the share `q` of all values does not exceed.
  ///
  /// - Parameter q: 0 to 1; 0 gives the smallest value, 1 the largest.
  /// - Returns: Microseconds, within ``relativeError``; nil where nothing is recorded.
  package func quantile(_ q: Double) -> UInt64? {
    precondition(q >= 0 && q <= 1)
    guard count > 0 else { return nil }
    let rank = max(1, UInt64((q * Double(count)).rounded(.up)))
    var seen: UInt64 = 0
    for (index, bucket) in buckets.enumerated() {
      seen += bucket
      if seen >= rank { return LatencyHistogram.middle(of: index) }
    }
    return nil
  }

  /// Adds all that another holds.
  package mutating func merge(_ other: LatencyHistogram) {
    for index in buckets.indices { buckets[index] += other.buckets[index] }
    count += other.count
  }

  /// Takes away what another holds, all of which must have been recorded or merged here.
  package mutating func subtract(_ other: LatencyHistogram) {
    for index in buckets.indices { buckets[index] -= other.buckets[index] }
    count -= other.count
  }

  package mutating func removeAll() {
    guard count > 0 else { return }
    for index in buckets.indices { buckets[index] = 0 }
    count = 0
  }

  private static func bucket(of value: UInt64) -> Int {
    let value = min(value, (1 << UInt64(topBit)) - 1)
    let highest = UInt64.bitWidth - 1 - value.leadingZeroBitCount
    let shift = max(0, highest - subBits)
    // The value's top bit and the `subBits` after it, behind the buckets of smaller shifts.
    return (shift << subBits) + Int(value >> UInt64(shift))
  }

  private static func middle(of bucket: Int) -> UInt64 {
    let shift = max(0, (bucket >> subBits) - 1)
    let low = UInt64(bucket - (shift << subBits)) << UInt64(shift)
    return low + ((1 << UInt64(shift)) - 1) / 2
  }
}
