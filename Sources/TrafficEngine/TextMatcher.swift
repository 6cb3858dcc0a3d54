import MeshModel

/// A condition on a text, ready to run.
enum TextMatcher: Sendable {
  case exact([UInt8])
  case prefix([UInt8])
  case suffix([UInt8])
  case contains([UInt8])
  case regex(RE2Pattern)
  case range(Int64, Int64)
  /// A pattern that can't be read.
  case never

  static func exact(_ text: String) -> TextMatcher { .exact(Array(text.utf8)) }
  static func prefix(_ text: String) -> TextMatcher { .prefix(Array(text.utf8)) }
  static func suffix(_ text: String) -> TextMatcher { .suffix(Array(text.utf8)) }
  static func contains(_ text: String) -> TextMatcher { .contains(Array(text.utf8)) }

  static func regex(_ source: String) -> TextMatcher {
    (try? RE2Pattern(source)).map(TextMatcher.regex) ?? .never
  }

  var isNever: Bool {
    if case .never = self { true } else { false }
  }

  func matches(_ value: String) -> Bool {
    switch self {
    case .exact(let exact): value.withBytes { $0.equals(exact) }
    case .prefix(let prefix): value.withBytes { $0.begins(with: prefix) }
    case .suffix(let suffix): value.withBytes { $0.ends(with: suffix) }
    case .contains(let part): value.withBytes { $0.contains(part) }
    case .regex(let pattern): pattern.matches(value)
    case .range(let low, let high):
      value.withBytes(Int64.init(decimal:)).map { low <= $0 && $0 < high } ?? false
    case .never: false
    }
  }
}

extension Int64 {
  /// Reads a decimal integer as gRPC and Envoy do: a sign and digits, with blanks around them.
  fileprivate init?(decimal text: UnsafeBufferPointer<UInt8>) {
    var start = 0
    var end = text.count
    while start < end, text[start].isASCIIBlank { start += 1 }
    while start < end, text[end - 1].isASCIIBlank { end -= 1 }
    guard start < end else { return nil }
    let isNegative = text[start] == UInt8(ascii: "-")
    if isNegative || text[start] == UInt8(ascii: "+") { start += 1 }
    guard start < end else { return nil }
    var value: Int64 = 0
    for index in start..<end {
      let digit = Int64(text[index]) - Int64(UInt8(ascii: "0"))
      guard (0...9).contains(digit) else { return nil }
      let (tens, tooBig) = value.multipliedReportingOverflow(by: 10)
      // Counted down from 0 for a negative number, as there is one more of them.
      let (sum, overflow) = tens.addingReportingOverflow(isNegative ? -digit : digit)
      if tooBig || overflow { return nil }
      value = sum
    }
    self = value
  }
}

extension UInt8 {
  /// What C's `isspace` takes.
  fileprivate var isASCIIBlank: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}
