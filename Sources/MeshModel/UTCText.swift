/// Moments in the format `2022-04-07T05:06:40.384Z` (RFC 3339, UTC).
package enum UTCText {
  package static func text(of time: Timestamp) -> String {
    let milliseconds = time.microseconds.dividing(by: 1_000).quotient
    let (seconds, millisecond) = milliseconds.dividing(by: 1_000)
    let (days, second) = seconds.dividing(by: 86_400)
    let (year, month, day) = date(daysSince1970: days)
    let date = "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
    let clock = "\(pad(second / 3_600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
    return "\(date)T\(clock).\(pad(millisecond, 3))Z"
  }

  /// The Gregorian date, by counting in eras of 400 years that begin on the first of March.
  private static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    // The first of March of the year 0 is 719,468 days before 1970.
    let (era, dayOfEra) = (days + 719_468).dividing(by: 146_097)
    let leapDays = dayOfEra / 1_460 - dayOfEra / 36_524 + dayOfEra / 146_096
    let yearOfEra = (dayOfEra - leapDays) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    // Months from March, in fifths of 153 days.
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let isAfterNewYear = month >= 10
    return (
      era * 400 + yearOfEra + (isAfterNewYear ? 1 : 0), month + (isAfterNewYear ? -9 : 3), day
    )
  }

  private static func pad(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Int64 {
  /// Division that rounds down, with a remainder that is never negative.
  fileprivate func dividing(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
