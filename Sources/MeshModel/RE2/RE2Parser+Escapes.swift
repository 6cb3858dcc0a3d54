extension RE2Parser {
  /// Reads an escape outside of a class whose backslash is at `start` and taken.
  mutating func parseEscape(at start: Int) throws(MeshConfigError) {
    switch peek() {
    case "A": appendAssertion(.beginText)
    case "z": appendAssertion(.endText)
    case "b": appendAssertion(.wordBoundary)
    case "B": appendAssertion(.notWordBoundary)
    case "Q":
      position += 1
      let literal =
        takeText(upTo: "\\E")
        ?? {
          defer { position = scalars.count }
          return text(from: position, to: scalars.count)
        }()
      for scalar in literal.unicodeScalars { appendLiteral(scalar) }
    default:
      if let set = try takeClassEscape(at: start) {
        group.items.append(.set(set))
      } else {
        appendLiteral(try takeCharacterEscape(at: start))
      }
    }
  }

  private mutating func appendAssertion(_ assertion: RE2Assertion) {
    position += 1
    group.items.append(.assertion(assertion))
  }

  /// Takes what stands for a set after a backslash: `d`, `W`, `pL`, `p{Lu}`; nil for other escapes.
  mutating func takeClassEscape(at start: Int) throws(MeshConfigError) -> ScalarSet? {
    let set: ScalarSet
    switch peek() {
    case "d", "D": set = .digit
    case "s", "S": set = .blank
    case "w", "W": set = .word
    case "p", "P": return try takeCategory(at: start)
    default: return nil
    }
    let isNegated = peek().map { ("A"..."Z").contains($0) } ?? false
    position += 1
    return isNegated ? folded(set).inverted : folded(set)
  }

  private mutating func takeCategory(at start: Int) throws(MeshConfigError) -> ScalarSet {
    var isNegated = take("P")
    if !isNegated { _ = take("p") }
    let name: String
    if take("{") {
      if take("^") { isNegated.toggle() }
      guard let text = takeText(upTo: "}") else {
        throw error("\\p{ without its }", at: start, want: "a category such as \\p{Lu}")
      }
      name = text
    } else {
      name = peek().map(String.init) ?? ""
      if !name.isEmpty { position += 1 }
    }
    guard let set = ScalarSet.category(name) else {
      throw error(
        text(from: start),
        at: start,
        want: "a general category such as \\pL, \\p{Lu} or \\p{Any}; scripts aren't supported"
      )
    }
    return isNegated ? folded(set).inverted : folded(set)
  }

  /// Takes what stands for one character after a backslash.
  mutating func takeCharacterEscape(at start: Int) throws(MeshConfigError) -> Unicode.Scalar {
    guard let scalar = peek() else {
      throw error("a backslash", at: start, want: "a character after it")
    }
    position += 1
    switch scalar {
    case "a": return "\u{7}"
    case "f": return "\u{c}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{b}"
    case "x": return try takeHexadecimal(at: start)
    case "0": return try octal(first: 0, at: start)
    case "1"..."7" where peek().map { ("0"..."7").contains($0) } ?? false:
      return try octal(first: scalar.value - 0x30, at: start)
    default:
      if scalar == "_" || (scalar.isASCII && !scalar.isWord) { return scalar }
      throw badEscape(scalar, at: start)
    }
  }

  private func badEscape(_ scalar: Unicode.Scalar, at start: Int) -> MeshConfigError {
    switch scalar {
    case "1"..."9", "k", "g":
      error("\\\(scalar), a back-reference,", at: start, want: "RE2's syntax, which has none")
    case "C":
      error("\\C, a single byte,", at: start, want: "., which is a character")
    case "Z", "G":
      error("\\\(scalar)", at: start, want: "\\A or \\z: RE2 has no other ends of text")
    default:
      error("\\\(scalar)", at: start, want: "an escape that RE2 knows, or no backslash")
    }
  }

  /// Two hexadecimal digits, or some in braces.
  private mutating func takeHexadecimal(at start: Int) throws(MeshConfigError) -> Unicode.Scalar {
    let digits: String?
    if take("{") {
      digits = takeText(upTo: "}")
    } else if peek(1) != nil {
      digits = text(from: position, to: position + 2)
      position += 2
    } else {
      digits = nil
    }
    return try scalar(digits.flatMap(RE2Parser.hexadecimal), at: start)
  }

  private static func hexadecimal(_ digits: String) -> UInt32? {
    var value: UInt32 = 0
    for scalar in digits.unicodeScalars {
      guard let digit = scalar.hexadecimalValue else { return nil }
      value = value * 16 + digit
      if value > ScalarSet.highest { return nil }
    }
    return digits.isEmpty ? nil : value
  }

  /// Up to two more octal digits after the first.
  private mutating func octal(
    first: UInt32,
    at start: Int
  ) throws(MeshConfigError) -> Unicode.Scalar {
    var value = first
    for _ in 0..<2 {
      guard let digit = peek()?.decimalValue, digit < 8 else { break }
      value = value * 8 + UInt32(digit)
      position += 1
    }
    return try scalar(value, at: start)
  }

  private func scalar(_ value: UInt32?, at start: Int) throws(MeshConfigError) -> Unicode.Scalar {
    guard let value, let scalar = Unicode.Scalar(value) else {
      throw error(text(from: start), at: start, want: "a code such as \\x41 or \\x{10FFFF}")
    }
    return scalar
  }
}
