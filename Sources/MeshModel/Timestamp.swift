/// A moment of wall-clock time, in microseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Sendable, Comparable {
  package static let zero = Timestamp(microseconds: 0)

  package let microseconds: Int64

  package init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }
}

/// A moment of a clock that never goes back, in nanoseconds since some fixed start.
package struct MonotonicTime: Hashable, Sendable, Comparable {
  package static let zero = MonotonicTime(nanoseconds: 0)

  package let nanoseconds: UInt64

  package init(nanoseconds: UInt64) {
    self.nanoseconds = nanoseconds
  }

  /// Nanoseconds from `earlier` to this; 0 where `earlier` is later.
  package func nanoseconds(since earlier: MonotonicTime) -> UInt64 {
    nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0
  }

  package func advanced(byNanoseconds count: UInt64) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds + count)
  }

  package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}
