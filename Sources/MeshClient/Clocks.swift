import MeshModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension MonotonicTime {
  /// The machine's monotonic clock: the same for all processes on it.
  static func now() -> MonotonicTime {
    MonotonicTime(nanoseconds: ticks(of: CLOCK_MONOTONIC))
  }
}

extension Timestamp {
  static func now() -> Timestamp {
    Timestamp(microseconds: Int64(ticks(of: CLOCK_REALTIME) / 1000))
  }
}

private func ticks(of clock: clockid_t) -> UInt64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
