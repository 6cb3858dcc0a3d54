package import MeshModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension MonotonicTime {
  /// The machine's monotonic clock (`CLOCK_MONOTONIC`): the same for all processes on it.
  package static func now() -> MonotonicTime {
    MonotonicTime(nanoseconds: ticks(of: CLOCK_MONOTONIC))
  }
}

extension Timestamp {
  /// The machine's wall clock.
  package static func now() -> Timestamp {
    Timestamp(microseconds: Int64(ticks(of: CLOCK_REALTIME) / 1000))
  }

  /// Seconds that local time is ahead of UTC now.
  package static func utcOffsetSeconds() -> Int {
    var now = time(nil)
    var parts = tm()
    guard localtime_r(&now, &parts) != nil else { return 0 }
    return parts.tm_gmtoff
  }
}

private func ticks(of clock: clockid_t) -> UInt64 {
  var value = timespec()
  clock_gettime(clock, &value)
  return UInt64(value.tv_sec) * 1_000_000_000 + UInt64(value.tv_nsec)
}
