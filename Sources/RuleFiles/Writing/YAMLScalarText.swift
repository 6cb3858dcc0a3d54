import MeshModel

/// Scalars as YAML has them: without quotes where every reader takes them for the same string.
enum YAMLScalarText {
  /// A scalar on one line, or an empty list or object.
  static func inline(_ value: PlainValue) -> String {
    switch value {
    case .string(let text): isPlain(text) ? text : JSONText.quoted(text)
    case .null, .boolean, .integer, .number, .list, .object: JSONText.text(of: value)
    }
  }

  static func key(_ name: String) -> String {
    isPlain(name) ? name : JSONText.quoted(name)
  }

  /// A text of several lines as a literal block, without the last line's end; nil where it can't be
  /// one.
  static func block(_ text: String, indent: Int) -> String? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > 1, lines[0].first != nil, lines[0].first != " " else { return nil }
    let endsWithLine = lines.last?.isEmpty == true
    let content = endsWithLine ? lines.dropLast() : lines[...]
    // More than one line end would want another sign, and be easy to lose.
    guard content.last?.isEmpty == false else { return nil }
    let isPrintable = text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n" || scalar.value >= 0x20 && !YAMLText.isSpecial(scalar)
    }
    guard isPrintable else { return nil }
    let blanks = String(repeating: " ", count: indent)
    return (endsWithLine ? "|" : "|-") + "\n"
      + content.map { $0.isEmpty ? "" : blanks + $0 }.joined(separator: "\n")
  }

  // MARK: Plain

  /// Whether a text can stand without quotes in block style, read by any version of YAML.
  static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last,
      last != " ", last != ":", canBegin(first)
    else { return false }
    var previous: Unicode.Scalar = first
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || YAMLText.isSpecial(scalar) { return false }
      if scalar == " ", previous == ":" { return false }
      if scalar == "#", previous == " " { return false }
      previous = scalar
    }
    if ["y", "n"].contains(text.lowercased()) { return false }
    guard YAMLScalar(text, isPlain: true).kind == .string else { return false }
    return !beginsLikeNumber(first) || !couldBeNumber(text)
  }

  private static func canBegin(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "/", ".", "^", "(", "$", "\\", "+": true
    default: scalar.value > 0xa0
    }
  }

  private static func beginsLikeNumber(_ scalar: Unicode.Scalar) -> Bool {
    ("0"..."9").contains(scalar) || scalar == "." || scalar == "+"
  }

  /// Whether some version of YAML takes it for a number, a date or a time.
  private static func couldBeNumber(_ text: String) -> Bool {
    if text.utf8.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "_") }) {
      return true
    }
    let hasLetter = text.unicodeScalars.contains { $0.properties.isAlphabetic }
    return !hasLetter && text.utf8.count { $0 == UInt8(ascii: ".") } < 2
  }
}
