/// A destination's weight: its share of the route is `weight / sum of weights`.
package struct Weight: Hashable, Sendable, Comparable, CustomStringConvertible {
  package static let zero = Weight(unchecked: 0)
  package static let one = Weight(unchecked: 1)
  package static let hundred = Weight(unchecked: 100)

  package let value: UInt32

  /// Creates a weight, or says why the number can't be one.
  ///
  /// - Parameter value: A whole number from 0 (no traffic) to 4294967295.
  /// - Throws: ``MeshConfigError`` with code `weightOutOfRange`.
  package init(_ value: Int) throws(MeshConfigError) {
    guard let value = UInt32(exactly: value) else {
      throw MeshConfigError(
        .weightOutOfRange,
        "weight is \(value); want a whole number from 0 to 4294967295"
      )
    }
    self.value = value
  }

  package init(clamping value: Int) {
    self.value = UInt32(clamping: value)
  }

  private init(unchecked value: UInt32) {
    self.value = value
  }

  package static func < (left: Weight, right: Weight) -> Bool { left.value < right.value }

  package var description: String { "\(value)" }
}
