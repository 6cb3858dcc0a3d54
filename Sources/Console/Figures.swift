package import MeshModel

/// Numbers as the console writes them; without the C library's rounding.
package enum Figures {
  /// A share from 0 to 1 in percent with one decimal, halves up; `-` for nil.
  package static func percent(_ share: Double?) -> String {
    guard let share else { return "-" }
    return fixed(share * 100)
  }

  /// A number with one decimal, halves away from 0; `-` for what is no number.
  package static func fixed(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "-" }
    let tenths = Int(abs(value) * 10 + 0.5)
    let sign = value < 0 && tenths > 0 ? "-" : ""
    return "\(sign)\(tenths / 10).\(tenths % 10)"
  }

  /// A whole number, halves up; 0 for what is none.
  package static func whole(_ value: Double) -> Int {
    guard value.isFinite, abs(value) < 1e15 else { return 0 }
    return value < 0 ? -Int(0.5 - value) : Int(value + 0.5)
  }

  /// A rate a second: one decimal below 10.
  package static func rate(_ perSecond: Double) -> String {
    perSecond > 0 && perSecond < 9.95 ? fixed(perSecond) : "\(whole(perSecond))"
  }

  /// `0.4 ms`, `38 ms`, `1.31 s`, `2 min 5 s`.
  package static func duration(microseconds: UInt64) -> String {
    switch microseconds {
    case ..<9_950: "\(fixed(Double(microseconds) / 1000)) ms"
    case ..<999_500: "\((microseconds + 500) / 1000) ms"
    case ..<59_995_000: hundredths((microseconds + 5_000) / 10_000) + " s"
    default: minutes(microseconds / 1_000_000)
    }
  }

  /// Milliseconds with one decimal, for a column of them.
  package static func milliseconds(microseconds: UInt64) -> String {
    microseconds < 99_950
      ? fixed(Double(microseconds) / 1000) : "\((microseconds / 500 + 1) / 2)"
  }

  /// How much evidence there is against the configured shares.
  package static func evidence(_ value: Double) -> String {
    guard !value.isNaN else { return "-" }
    if value >= 10_000 { return ">9999" }
    return value < 10 ? hundredths(UInt64(max(0, value) * 100 + 0.5)) : fixed(value)
  }

  private static func hundredths(_ value: UInt64) -> String {
    let rest = value % 100
    return "\(value / 100).\(rest < 10 ? "0" : "")\(rest)"
  }

  private static func minutes(_ seconds: UInt64) -> String {
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }
}

/// Wall-clock time at the operator's place.
package struct LocalTime: Hashable, Sendable {
  private let milliseconds: Int

  /// Local time is ahead of UTC by the offset.
  package init(_ time: Timestamp, utcOffsetSeconds: Int) {
    let day = 86_400_000
    let local = Int(time.microseconds / 1000) % day + utcOffsetSeconds % 86_400 * 1000
    milliseconds = ((local % day) + day) % day
  }

  /// `05:56:01`.
  package var clock: String {
    let seconds = milliseconds / 1000
    return [seconds / 3600, seconds / 60 % 60, seconds % 60].map(LocalTime.twoDigits)
      .joined(separator: ":")
  }

  /// `05:56:01.050`.
  package var clockWithMilliseconds: String {
    let rest = milliseconds % 1000
    return "\(clock).\(rest / 100)\(rest / 10 % 10)\(rest % 10)"
  }

  private static func twoDigits(_ value: Int) -> String {
    value < 10 ? "0\(value)" : "\(value)"
  }
}
