package import MeshModel

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

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
    now: { MonotonicTime(nanoseconds: ticks(of: CLOCK_MONOTONIC)) },
    wallTime: { Timestamp(microseconds: Int64(ticks(of: CLOCK_REALTIME) / 1_000)) },
    sleep: { moment in
      let now = MonotonicTime(nanoseconds: ticks(of: CLOCK_MONOTONIC))
      try await Task.sleep(for: .nanoseconds(moment.nanoseconds(since: now)))
    }
  )

  private static func ticks(of clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
