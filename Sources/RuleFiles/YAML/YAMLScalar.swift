/// A text of a document, and what YAML takes it for.
struct YAMLScalar: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case null, boolean, integer, number, string
  }

  let text: String
  let kind: Kind

  /// Plain is what stands without quotes and isn't a block of text.
  init(_ text: String, isPlain: Bool) {
    self.text = text
    kind = isPlain ? YAMLScalar.kind(ofPlain: text) : .string
  }

  /// nil where it is no boolean.
  var boolean: Bool? {
    guard kind == .boolean else { return nil }
    return ["true", "yes", "on"].contains(text.lowercased())
  }

  /// nil where it is no whole decimal number, or needs more than 64 bits.
  var integer: Int64? {
    kind == .integer ? Int64(text.hasPrefix("+") ? String(text.dropFirst()) : text) : nil
  }

  /// nil where it is no decimal number.
  var number: Double? {
    switch kind {
    case .integer, .number: Double(text)
    case .null, .boolean, .string: nil
    }
  }

  /// What it is, for a sentence.
  var description: String {
    switch kind {
    case .null: "nothing"
    case .boolean: "the boolean \(text)"
    case .integer, .number: "the number \(ShownText.short(text))"
    case .string: "the string \(ShownText.quoted(text))"
    }
  }

  // MARK: Kinds

  /// As Kubernetes reads YAML: version 1.2's core schema, with the booleans of 1.1.
  private static func kind(ofPlain text: String) -> Kind {
    switch text {
    case "", "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE", "false", "False", "FALSE", "yes", "Yes", "YES", "no", "No", "NO",
      "on", "On", "ON", "off", "Off", "OFF":
      .boolean
    default: numberKind(of: text)
    }
  }

  private static func numberKind(of text: String) -> Kind {
    let unsigned = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
    guard let first = unsigned.utf8.first, isDigit(first) || first == UInt8(ascii: ".") else {
      return .string
    }
    if unsigned.utf8.allSatisfy(isDigit) { return .integer }
    if [".inf", ".nan"].contains(unsigned.lowercased()) { return .number }
    if isBased(unsigned) { return .number }
    let hasNumberBytes = unsigned.utf8.allSatisfy { isDigit($0) || "+-.eE".utf8.contains($0) }
    return hasNumberBytes && Double(unsigned) != nil ? .number : .string
  }

  /// Hexadecimal, octal or binary.
  private static func isBased(_ text: Substring) -> Bool {
    let radix =
      switch text.prefix(2) {
      case "0x": 16
      case "0o": 8
      case "0b": 2
      default: 0
      }
    return radix > 0 && UInt64(text.dropFirst(2), radix: radix) != nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
