internal import MeshModel

/// The time that a line begins with: `2022-04-07T05:06:40.384Z`, or with `+0800` for the `Z`.
enum LogTime {
  /// Reads it; nil where there is none, or one without a zone.
  ///
  /// Date and clock may be apart by `T` or a blank, the fraction have any number of digits or follow a
  /// comma, the zone have a colon.
  static func read(_ scanner: inout LineScanner) -> Timestamp? {
    guard let days = date(&scanner),
      scanner.take(UInt8(ascii: "T")) || scanner.take(UInt8(ascii: " ")),
      let clock = clock(&scanner)
    else { return nil }
    let fraction = microseconds(&scanner)
    guard let offset = zone(&scanner) else { return nil }
    let seconds = Int64(days * 86_400 + clock - offset)
    return Timestamp(microseconds: seconds * 1_000_000 + fraction)
  }

  /// Days since 1970-01-01.
  private static func date(_ scanner: inout LineScanner) -> Int? {
    guard let year = scanner.number(digits: 4), scanner.takeDateSeparator(),
      let month = scanner.number(digits: 2), scanner.takeDateSeparator(),
      let day = scanner.number(digits: 2), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    // Years begin in March, so that a leap day is their last.
    let shifted = month < 3 ? year - 1 : year
    let monthsFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthsFromMarch + 2) / 5 + day - 1
    // 719,468 days are from the first of March of the year 0 to 1970.
    return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }

  /// Seconds since midnight.
  private static func clock(_ scanner: inout LineScanner) -> Int? {
    guard let hour = scanner.number(digits: 2), scanner.take(UInt8(ascii: ":")),
      let minute = scanner.number(digits: 2), scanner.take(UInt8(ascii: ":")),
      let second = scanner.number(digits: 2), hour < 24, minute < 60, second <= 60
    else { return nil }
    return hour * 3_600 + minute * 60 + second
  }

  private static func microseconds(_ scanner: inout LineScanner) -> Int64 {
    guard scanner.take(UInt8(ascii: ".")) || scanner.take(UInt8(ascii: ",")) else { return 0 }
    var (value, scale): (Int64, Int64) = (0, 1_000_000)
    while let digit = scanner.number(digits: 1) {
      scale /= 10
      value += Int64(digit) * scale
    }
    return value
  }

  /// Seconds that the zone is ahead of UTC.
  private static func zone(_ scanner: inout LineScanner) -> Int? {
    if scanner.take(UInt8(ascii: "Z")) || scanner.take(UInt8(ascii: "z")) { return 0 }
    let isBehind = scanner.take(UInt8(ascii: "-"))
    guard isBehind || scanner.take(UInt8(ascii: "+")), let hours = scanner.number(digits: 2)
    else { return nil }
    _ = scanner.take(UInt8(ascii: ":"))
    guard let minutes = scanner.number(digits: 2), hours < 24, minutes < 60 else { return nil }
    return (isBehind ? -1 : 1) * (hours * 3_600 + minutes * 60)
  }
}

extension LineScanner {
  fileprivate mutating func takeDateSeparator() -> Bool {
    take(UInt8(ascii: "-")) || take(UInt8(ascii: "/"))
  }
}
