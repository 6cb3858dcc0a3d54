package import MeshModel
import SystemClock

/// The time, as a caller needs it.
package struct CallClock: Sendable {
  package var now: @Sendable () -> MonotonicTime
  package var wallTime: @Sendable () -> Timestamp
  /// Waits until a moment of ``now``; throws when the task is cancelled.
  package var sleep: @Sendable (MonotonicTime) async throws -> Void

  package init(
    now: @escaping @Sendable () -> MonotonicTime,
    wallTime: @escaping @Sendable () -> Timestamp,
    sleep: @escaping @Sendable (MonotonicTime) async throws -> Void
  ) {
    self.now = now
    self.wallTime = wallTime
    self.sleep = sleep
  }

  /// The machine's own.
  package static let system = CallClock(
    now: { .now() },
    wallTime: { .now() },
    sleep: { moment in
      try await Task.sleep(for: .nanoseconds(moment.nanoseconds(since: .now())))
    }
  )
}
