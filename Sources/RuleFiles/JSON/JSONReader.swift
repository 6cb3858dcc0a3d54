/// Reads JSON into the same nodes as ``YAMLComposer`` does, which takes YAML's parser many times as
/// long.
///
/// It reads exactly one value, as RFC 8259 has it. What it can't read, YAML's reader may: some of
/// that is YAML, and of the rest it says more.
struct JSONReader {
  private struct Failure: Error {}

  /// Beyond this, a text is refused rather than the thread's stack risked.
  private static let depthLimit = 200

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  /// The position at which the line begins, moved on by each byte that begins no character.
  private var lineStart = 0

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The value that the bytes are; nil where they are no JSON, or have a field twice.
  static func read(_ bytes: [UInt8]) -> YAMLNode? {
    var reader = JSONReader(bytes)
    guard let node = try? reader.value(depth: 0) else { return nil }
    reader.skipBlanks()
    return reader.position == bytes.count ? node : nil
  }

  /// Whether bytes look like JSON.
  static func isLikely(_ bytes: String.UTF8View) -> Bool {
    bytes.first { !isBlank($0) } == UInt8(ascii: "{")
  }

  // MARK: Values

  private mutating func value(depth: Int) throws(Failure) -> YAMLNode {
    guard depth < Self.depthLimit else { throw Failure() }
    skipBlanks()
    let mark = mark
    switch try current() {
    case UInt8(ascii: "{"):
      return YAMLNode(content: .object(try fields(depth: depth)), mark: mark)
    case UInt8(ascii: "["):
      return YAMLNode(content: .list(try elements(depth: depth)), mark: mark)
    case UInt8(ascii: "\""):
      let text = try string()
      return YAMLNode(content: .scalar(YAMLScalar(text, isPlain: false)), mark: mark)
    default:
      return YAMLNode(content: .scalar(YAMLScalar(try word(), isPlain: true)), mark: mark)
    }
  }

  private mutating func fields(depth: Int) throws(Failure) -> [YAMLField] {
    position += 1
    skipBlanks()
    var fields: [YAMLField] = []
    if try current() == UInt8(ascii: "}") {
      position += 1
      return fields
    }
    while true {
      skipBlanks()
      let mark = mark
      let name = try string()
      skipBlanks()
      try take(UInt8(ascii: ":"))
      fields.append(YAMLField(name: name, mark: mark, value: try value(depth: depth + 1)))
      if try !isFollowed(until: UInt8(ascii: "}")) { break }
    }
    guard Self.areDistinct(fields) else { throw Failure() }
    return fields
  }

  private static func areDistinct(_ fields: [YAMLField]) -> Bool {
    if fields.count > 12 { return Set(fields.map(\.name)).count == fields.count }
    for (index, field) in fields.enumerated()
    where fields[..<index].contains(where: { $0.name == field.name }) {
      return false
    }
    return true
  }

  private mutating func elements(depth: Int) throws(Failure) -> [YAMLNode] {
    position += 1
    skipBlanks()
    var elements: [YAMLNode] = []
    if try current() == UInt8(ascii: "]") {
      position += 1
      return elements
    }
    while true {
      elements.append(try value(depth: depth + 1))
      if try !isFollowed(until: UInt8(ascii: "]")) { return elements }
    }
  }

  /// Takes a comma, after which more comes, or the end.
  private mutating func isFollowed(until end: UInt8) throws(Failure) -> Bool {
    skipBlanks()
    let byte = try current()
    position += 1
    if byte == UInt8(ascii: ",") { return true }
    guard byte == end else { throw Failure() }
    return false
  }

  /// A number, `true`, `false` or `null`.
  private mutating func word() throws(Failure) -> String {
    let start = position
    while position < bytes.count, Self.isOfWord(bytes[position]) { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    if ["true", "false", "null"].contains(word) { return word }
    let digits = word.hasPrefix("-") ? word.dropFirst() : word[...]
    let hasLeadingZero =
      digits.count > 1 && digits.hasPrefix("0") && digits.dropFirst().first != "."
      && digits.dropFirst().first?.isNumber == true
    guard digits.first?.isNumber == true, digits.last?.isNumber == true, !hasLeadingZero,
      Double(word) != nil, !word.contains("x")
    else { throw Failure() }
    return word
  }

  // MARK: Strings

  private mutating func string() throws(Failure) -> String {
    try take(UInt8(ascii: "\""))
    let start = position
    while true {
      let byte = try current()
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      guard byte >= 0x20 else { throw Failure() }
      step(over: byte)
    }
    defer { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// A string whose first escape is at the current position.
  private mutating func escapedString(from start: Int) throws(Failure) -> String {
    var text = Array(bytes[start..<position])
    while true {
      let byte = try current()
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        position += 1
        text += String(try escape()).utf8
      case 0x20...:
        step(over: byte)
        text.append(byte)
      default:
        throw Failure()
      }
    }
  }

  /// What stands behind a backslash.
  private mutating func escape() throws(Failure) -> Unicode.Scalar {
    let byte = try current()
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw Failure()
    }
  }

  private mutating func unicodeEscape() throws(Failure) -> Unicode.Scalar {
    let unit = try hexDigits()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard (0xd800..<0xdc00).contains(unit) else { throw Failure() }
    try take(UInt8(ascii: "\\"))
    try take(UInt8(ascii: "u"))
    let second = try hexDigits()
    guard (0xdc00..<0xe000).contains(second),
      let scalar = Unicode.Scalar(0x1_0000 + ((unit - 0xd800) << 10) + (second - 0xdc00))
    else { throw Failure() }
    return scalar
  }

  private mutating func hexDigits() throws(Failure) -> UInt32 {
    guard position + 4 <= bytes.count else { throw Failure() }
    let text = String(decoding: bytes[position..<position + 4], as: UTF8.self)
    guard text.utf8.count == 4, text.first != "+", text.first != "-",
      let number = UInt32(text, radix: 16)
    else { throw Failure() }
    position += 4
    return number
  }

  // MARK: Bytes

  private var mark: YAMLNode.Mark { YAMLNode.Mark(line: line, column: position - lineStart + 1) }

  private func current() throws(Failure) -> UInt8 {
    guard position < bytes.count else { throw Failure() }
    return bytes[position]
  }

  private mutating func take(_ byte: UInt8) throws(Failure) {
    guard try current() == byte else { throw Failure() }
    position += 1
  }

  private mutating func step(over byte: UInt8) {
    position += 1
    // A byte in the midst of a character makes no column of its own.
    if byte & 0xc0 == 0x80 { lineStart += 1 }
  }

  private mutating func skipBlanks() {
    while position < bytes.count, Self.isBlank(bytes[position]) {
      position += 1
      if bytes[position - 1] == UInt8(ascii: "\n") {
        line += 1
        lineStart = position
      }
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default:
      false
    }
  }
}
