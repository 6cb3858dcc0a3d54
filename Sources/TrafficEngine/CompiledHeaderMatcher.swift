import MeshModel
import XDSCore

/// Matches one request header as proxyless gRPC does.
struct CompiledHeaderMatcher: Sendable {
  /// Where the value comes from.
  private enum Source: Sendable {
    case lookup(String)
    /// `content-type`, which is the same for every call.
    case constant(String)
    /// What gRPC never shows to a matcher: pseudo-headers, `-bin` headers, names in upper case.
    case absent
  }

  private enum Condition: Sendable {
    case exact([UInt8])
    case prefix([UInt8])
    case suffix([UInt8])
    case contains([UInt8])
    case regex(RE2Pattern)
    case range(Int64, Int64)
    case present(Bool)
    /// A pattern that can't be read.
    case never
  }

  private let source: Source
  private let condition: Condition
  private let invert: Bool

  init(_ matcher: HeaderMatcher) {
    source = CompiledHeaderMatcher.source(of: matcher.name)
    condition = CompiledHeaderMatcher.condition(matcher.condition)
    invert = matcher.invert
  }

  func matches(_ headers: borrowing some HeaderLookup) -> Bool {
    if case .never = condition { return false }
    let value =
      switch source {
      case .lookup(let name): headers.headerValue(named: name)
      case .constant(let value): value
      case .absent: String?.none
      }
    if case .present(let wanted) = condition { return ((value != nil) == wanted) != invert }
    // Absent never matches, inverted or not.
    guard let value else { return false }
    return holds(for: value) != invert
  }

  private func holds(for value: String) -> Bool {
    switch condition {
    case .exact(let exact): value.withBytes { $0.equals(exact) }
    case .prefix(let prefix): value.withBytes { $0.begins(with: prefix) }
    case .suffix(let suffix): value.withBytes { $0.ends(with: suffix) }
    case .contains(let part): value.withBytes { $0.contains(part) }
    case .regex(let pattern): pattern.matches(value)
    case .range(let low, let high):
      value.withBytes(Int64.init(decimal:)).map { low <= $0 && $0 < high } ?? false
    case .present, .never: false
    }
  }

  private static func source(of name: String) -> Source {
    if name == "content-type" { return .constant("application/grpc") }
    let hasUpperCase = name.utf8.contains { $0.asciiLowercased != $0 }
    let isHidden = hasUpperCase || name.hasPrefix(":") || name.hasSuffix("-bin")
    return isHidden ? .absent : .lookup(name)
  }

  private static func condition(_ condition: HeaderMatcher.Condition) -> Condition {
    switch condition {
    case .exact(let value): .exact(Array(value.utf8))
    case .prefix(let value): .prefix(Array(value.utf8))
    case .suffix(let value): .suffix(Array(value.utf8))
    case .contains(let value): .contains(Array(value.utf8))
    case .regex(let source): (try? RE2Pattern(source)).map(Condition.regex) ?? .never
    case .range(let low, let high): .range(low, high)
    case .present(let wanted): .present(wanted)
    }
  }
}

extension Int64 {
  /// Reads a decimal integer as gRPC does: a sign and digits, with blanks around them.
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
