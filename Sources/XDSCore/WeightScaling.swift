/// Brings weights into 32 bits.
enum WeightScaling {
  /// Scales weights down, where needed, so that their sum fits 32 bits; none becomes 0.
  ///
  /// Shares stay within a billionth.
  ///
  /// - Parameter weights: Sums of 32-bit weights, so that their own sum fits 64 bits; 0 counts as 1.
  /// - Returns: One weight for each, in order.
  static func fitted(_ weights: [UInt64]) -> [UInt32] {
    let total = weights.reduce(0) { $0 + max($1, 1) }
    guard total > UInt64(UInt32.max) else { return weights.map { UInt32(max($0, 1)) } }
    // Leaves room for each that is rounded up to 1.
    let limit = UInt64(UInt32.max) - UInt64(weights.count)
    return weights.map { weight in
      UInt32(max(1, total.dividingFullWidth(weight.multipliedFullWidth(by: limit)).quotient))
    }
  }
}
