/// The `grpc-timeout` header: up to eight digits and a unit.
enum CallTimeout {
  /// Reads a header's value; nil where it isn't one.
  static func parse(_ value: String) -> Duration? {
    guard let unit = value.utf8.last, (2...9).contains(value.utf8.count) else { return nil }
    var amount: Int64 = 0
    for digit in value.utf8.dropLast() {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      amount = amount * 10 + Int64(digit - UInt8(ascii: "0"))
    }
    return switch unit {
    case UInt8(ascii: "H"): .seconds(amount * 3_600)
    case UInt8(ascii: "M"): .seconds(amount * 60)
    case UInt8(ascii: "S"): .seconds(amount)
    case UInt8(ascii: "m"): .milliseconds(amount)
    case UInt8(ascii: "u"): .microseconds(amount)
    case UInt8(ascii: "n"): .nanoseconds(amount)
    default: nil
    }
  }
}
