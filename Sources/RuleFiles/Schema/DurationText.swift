/// Durations as Istio's files write them: numbers with units, one after another, such as `1m30s`.
enum DurationText {
  private static let attosecondsPerSecond = 1_000_000_000_000_000_000
  /// What protocol buffers allow, some 10,000 years.
  private static let longest = Int128(315_576_000_000) * Int128(attosecondsPerSecond)

  /// Attoseconds of a unit; nil where it is none.
  private static func attoseconds(of unit: Substring) -> Int128? {
    switch unit {
    case "ns": 1_000_000_000
    case "us", "µs", "μs": 1_000_000_000_000
    case "ms": 1_000_000_000_000_000
    case "s": Int128(attosecondsPerSecond)
    case "m": Int128(attosecondsPerSecond) * 60
    case "h": Int128(attosecondsPerSecond) * 3_600
    default: nil
    }
  }

  /// The duration, to the attosecond; nil where the text is none, or longer than some 10,000 years.
  static func duration(_ text: String) -> Duration? {
    var rest = text[...]
    var total: Int128 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let number = rest.prefix { $0 == "." || ("0"..."9").contains($0) }
      let unit = rest.dropFirst(number.count).prefix { $0 != "." && !("0"..."9").contains($0) }
      guard let attoseconds = attoseconds(of: unit), let part = scaled(number, by: attoseconds)
      else { return nil }
      guard part <= longest - total else { return nil }
      total += part
      rest = rest[unit.endIndex...]
    }
    let (seconds, fraction) = total.quotientAndRemainder(dividingBy: Int128(attosecondsPerSecond))
    return Duration(secondsComponent: Int64(seconds), attosecondsComponent: Int64(fraction))
  }

  /// Digits with at most one dot among them, times a unit; what is below an attosecond is cut off.
  private static func scaled(_ number: Substring, by unit: Int128) -> Int128? {
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, number.count <= 32, number.contains(where: { $0 != "." }),
      let whole = parts[0].isEmpty ? 0 : Int128(parts[0])
    else { return nil }
    var (total, overflow) = whole.multipliedReportingOverflow(by: unit)
    guard !overflow, total <= longest else { return nil }
    var weight = unit
    for digit in parts.count == 2 ? parts[1] : "" {
      weight /= 10
      total += weight * Int128(digit.wholeNumberValue ?? 0)
    }
    return total
  }

  /// Seconds with a fraction where there is one, such as `1.5s`: what every reader of Istio's files
  /// takes.
  static func text(of duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let sign = seconds < 0 || attoseconds < 0 ? "-" : ""
    let whole = "\(sign)\(seconds.magnitude)"
    guard attoseconds != 0 else { return "\(whole)s" }
    let digits = "\(attoseconds.magnitude)"
    var fraction = String(repeating: "0", count: 18 - digits.count) + digits
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(whole).\(fraction)s"
  }
}
