extension Double {
  /// A share as `90 %`, with one digit behind the point where it has one.
  package var percent: String {
    let tenths = UInt64(max(0, self) * 1_000 + 0.5)
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}

extension Int {
  /// With commas between the thousands: `9,990`.
  var grouped: String {
    let digits = String(magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return self < 0 ? "-\(text)" : text
  }
}
