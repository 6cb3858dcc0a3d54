import Synchronization

/// What became of a caller's calls.
package struct CallCounts: Hashable, Sendable {
  package var inFlight = 0
  package var succeeded: UInt64 = 0
  package var failed: UInt64 = 0
  /// Not made, since too many were unanswered.
  package var leftOut: UInt64 = 0
}

/// Counts calls from many tasks.
final class CallTally: Sendable {
  private let state = Mutex(CallCounts())

  var counts: CallCounts { state.withLock { $0 } }

  /// Counts a call in; false where it is not to be made.
  func begin(limit: Int) -> Bool {
    state.withLock { counts in
      guard counts.inFlight < limit else {
        counts.leftOut += 1
        return false
      }
      counts.inFlight += 1
      return true
    }
  }

  func end(isOK: Bool) {
    state.withLock { counts in
      counts.inFlight -= 1
      if isOK { counts.succeeded += 1 } else { counts.failed += 1 }
    }
  }
}
