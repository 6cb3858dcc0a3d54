/// How many lines of a log were read since the start, and what they were.
package struct LineCounts: Hashable, Sendable {
  /// Calls that were answered.
  package var answered: UInt64 = 0
  /// Calls that failed.
  package var failed: UInt64 = 0
  /// Lines about something else.
  package var other: UInt64 = 0
  /// Lines about a call that can't be read, and lines that are too long to be kept.
  package var unreadable: UInt64 = 0

  package init() {}

  package var total: UInt64 { answered + failed + other + unreadable }

  mutating func add(_ kind: CallLogLine.Kind) {
    switch kind {
    case .call(let line):
      switch line.outcome {
      case .answered: answered += 1
      case .failed: failed += 1
      }
    case .other: other += 1
    case .unreadable: unreadable += 1
    }
  }
}
