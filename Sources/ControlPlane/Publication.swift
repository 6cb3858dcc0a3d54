internal import XDSCore

/// A snapshot set as published: with its place in the order, and the bytes made from it.
final class Publication: Sendable {
  /// Later publications have higher numbers.
  let number: UInt64
  let snapshots: SnapshotSet
  let cache: ResponseCache

  init(number: UInt64, snapshots: SnapshotSet, cache: ResponseCache) {
    self.number = number
    self.snapshots = snapshots
    self.cache = cache
  }
}
