import MeshModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The machine's clocks, for the parts that take time as a parameter.
enum Clocks {
  static func monotonic() -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds(of: CLOCK_MONOTONIC))
  }

  static func wall() -> Timestamp {
    Timestamp(microseconds: Int64(nanoseconds(of: CLOCK_REALTIME) / 1000))
  }

  /// Seconds that local time is ahead of UTC now.
  static func utcOffsetSeconds() -> Int {
    var now = time(nil)
    var parts = tm()
    guard localtime_r(&now, &parts) != nil else { return 0 }
    return parts.tm_gmtoff
  }

  private static func nanoseconds(of clock: clockid_t) -> UInt64 {
    var value = timespec()
    clock_gettime(clock, &value)
    return UInt64(value.tv_sec) * 1_000_000_000 + UInt64(value.tv_nsec)
  }
}
