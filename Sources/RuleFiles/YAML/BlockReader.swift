/// Reads the YAML that most files are written in, in a small part of the time that the full parser
/// takes: ASCII in block style with one value a line, brackets that end on their line, and no anchor,
/// tag, escape or text of several lines.
///
/// It says nothing of what else there is, mistakes included: all of that is the full parser's, which
/// reads the same text anew. What this one reads, it reads to the same nodes with the same marks.
struct BlockReader {
  /// The text is the full parser's.
  struct Unread: Error {}

  /// Beyond this, the full parser counts the levels.
  private static let depthLimit = 60

  /// Without carriage returns and tabs.
  let bytes: [UInt8]
  var position = 0
  /// Of the current line: its number, and the position at which it begins.
  private var line: Int
  private var lineStart = 0

  private init(_ bytes: [UInt8], offset: Int) {
    self.bytes = bytes
    line = offset + 1
  }

  /// The chunk's document; nil where the full parser must see it.
  static func read(_ chunk: YAMLText.Chunk) -> YAMLNode? {
    let bytes = Array(chunk.text.utf8)
    let isSimple = bytes.allSatisfy { ($0 >= 0x20 && $0 < 0x7f) || $0 == UInt8(ascii: "\n") }
    guard isSimple else { return nil }
    var reader = BlockReader(bytes, offset: chunk.offset)
    do throws(Unread) {
      try reader.begin()
      let node = try reader.block(depth: 0)
      return reader.isAtEnd ? node : nil
    } catch {
      return nil
    }
  }

  // MARK: Lines

  private var isAtEnd: Bool { position == bytes.count }

  /// Of the current position, from 0.
  private var column: Int { position - lineStart }

  var mark: YAMLNode.Mark { YAMLNode.Mark(line: line, column: column + 1) }

  private mutating func begin() throws(Unread) {
    if bytes.starts(with: "---\n".utf8) {
      position = 4
      line += 1
      lineStart = 4
    }
    skipBlanks()
    if isAtEnd { throw Unread() }
    if isAtLineEnd { try endLine() }
  }

  private mutating func skipBlanks() {
    while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
  }

  /// Whether nothing more than a comment is on the line; a comment has a blank before it.
  private var isAtLineEnd: Bool {
    guard position < bytes.count else { return true }
    if bytes[position] == UInt8(ascii: "\n") { return true }
    guard bytes[position] == UInt8(ascii: "#") else { return false }
    return position == lineStart || bytes[position - 1] == UInt8(ascii: " ")
  }

  /// Goes on to the next line that says something.
  private mutating func endLine() throws(Unread) {
    skipBlanks()
    guard isAtLineEnd else { throw Unread() }
    while isAtLineEnd, !isAtEnd {
      while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      if isAtEnd { return }
      position += 1
      line += 1
      lineStart = position
      skipBlanks()
    }
  }

  // MARK: Blocks

  private mutating func block(depth: Int) throws(Unread) -> YAMLNode {
    guard depth < Self.depthLimit, !isAtEnd else { throw Unread() }
    return isAtDash ? try list(depth: depth) : try object(depth: depth)
  }

  private var isAtDash: Bool {
    position + 1 < bytes.count && bytes[position] == UInt8(ascii: "-")
      && bytes[position + 1] == UInt8(ascii: " ")
  }

  private mutating func list(depth: Int) throws(Unread) -> YAMLNode {
    let (indent, mark) = (column, mark)
    var elements: [YAMLNode] = []
    while !isAtEnd, column == indent, isAtDash {
      position += 1
      skipBlanks()
      if isAtLineEnd { throw Unread() }
      if isAtDash || isAtKey {
        elements.append(try block(depth: depth + 1))
      } else {
        elements.append(try inlineValue())
        try endLine()
      }
      // What is further in would go on with the value.
      if !isAtEnd, column > indent { throw Unread() }
    }
    return YAMLNode(content: .list(elements), mark: mark)
  }

  private mutating func object(depth: Int) throws(Unread) -> YAMLNode {
    let (indent, mark) = (column, mark)
    var fields: [YAMLField] = []
    while !isAtEnd, column == indent, !isAtDash {
      let keyMark = self.mark
      let name = try key()
      guard !fields.contains(where: { $0.name == name }) else { throw Unread() }
      let value = try fieldValue(indent: indent, depth: depth)
      fields.append(YAMLField(name: name, mark: keyMark, value: value))
      if !isAtEnd, column > indent { throw Unread() }
    }
    return YAMLNode(content: .object(fields), mark: mark)
  }

  /// What is behind a field's colon, and the line end behind that.
  private mutating func fieldValue(indent: Int, depth: Int) throws(Unread) -> YAMLNode {
    skipBlanks()
    guard isAtLineEnd else {
      let value = try inlineValue()
      try endLine()
      return value
    }
    try endLine()
    guard !isAtEnd, column > indent || column == indent && isAtDash else { throw Unread() }
    return try block(depth: depth + 1)
  }

  // MARK: Keys

  /// Whether a field's name with its colon is next.
  private var isAtKey: Bool {
    var copy = position
    if bytes[copy] == UInt8(ascii: "\"") || bytes[copy] == UInt8(ascii: "'") {
      guard let end = endOfQuote(from: copy) else { return false }
      copy = end
    } else {
      while copy < bytes.count, Self.isOfWord(bytes[copy]) { copy += 1 }
      if copy == position { return false }
    }
    return isColon(at: copy)
  }

  private func isColon(at index: Int) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: ":") else { return false }
    return index + 1 == bytes.count || bytes[index + 1] == UInt8(ascii: " ")
      || bytes[index + 1] == UInt8(ascii: "\n")
  }

  /// A field's name; leaves the position behind its colon.
  mutating func key() throws(Unread) -> String {
    guard isAtKey else { throw Unread() }
    let isQuoted = !Self.isOfWord(bytes[position])
    let name = isQuoted ? try quoted() : word()
    // Longer ones are no keys for the full parser.
    guard name.utf8.count < 128, !name.hasPrefix("-"), !name.hasPrefix("...") else {
      throw Unread()
    }
    position += 1
    return name
  }

  // MARK: Values on one line

  private mutating func inlineValue() throws(Unread) -> YAMLNode {
    let mark = mark
    switch bytes[position] {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      return YAMLNode(content: .scalar(YAMLScalar(try quoted(), isPlain: false)), mark: mark)
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      return try flowValue(depth: 0)
    default:
      return YAMLNode(content: .scalar(YAMLScalar(try plain(), isPlain: true)), mark: mark)
    }
  }

  /// Up to the line's end, or a comment.
  private mutating func plain() throws(Unread) -> String {
    let start = position
    var end = position
    guard Self.isOfWord(bytes[start]) || "/^($+".utf8.contains(bytes[start]) else { throw Unread() }
    while !isAtLineEnd {
      if isColon(at: position) { throw Unread() }
      if bytes[position] != UInt8(ascii: " ") { end = position + 1 }
      position += 1
    }
    let isDash = bytes[start] == UInt8(ascii: "-") && end - start < 2
    if isDash || bytes[start..<end].starts(with: "---".utf8) { throw Unread() }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  mutating func quoted() throws(Unread) -> String {
    guard let end = endOfQuote(from: position) else { throw Unread() }
    defer { position = end }
    return String(decoding: bytes[position + 1..<end - 1], as: UTF8.self)
  }

  /// The position behind a quoted text; nil where it has escapes or several lines.
  private func endOfQuote(from start: Int) -> Int? {
    let quote = bytes[start]
    var index = start + 1
    while index < bytes.count, bytes[index] != quote {
      if bytes[index] == UInt8(ascii: "\n") || bytes[index] == UInt8(ascii: "\\") { return nil }
      index += 1
    }
    guard index < bytes.count else { return nil }
    let isDoubled = index + 1 < bytes.count && bytes[index + 1] == quote
    return isDoubled ? nil : index + 1
  }

  mutating func word() -> String {
    let start = position
    while position < bytes.count, Self.isOfWord(bytes[position]) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// Letters, digits and what never means anything else, except for a dash at the start.
  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
      UInt8(ascii: "/"), UInt8(ascii: "-"):
      true
    default:
      false
    }
  }
}
