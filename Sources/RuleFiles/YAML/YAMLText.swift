/// The text of a file, checked for what no YAML may have, and cut into its documents.
struct YAMLText {
  /// A part of the file that is parsed by itself.
  struct Chunk {
    /// Its lines, the `---` before them included.
    var text: String
    /// The number of lines before it.
    var offset: Int
  }

  private let text: String

  /// Reads bytes as UTF-8; a byte order mark at the start is skipped.
  init(_ bytes: [UInt8]) throws(YAMLProblem) {
    guard bytes.count <= RuleFileReader.sizeLimit else {
      throw YAMLProblem(
        .tooLarge,
        at: nil,
        "found \(bytes.count) bytes; want at most \(RuleFileReader.sizeLimit)"
      )
    }
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      throw YAMLProblem(.encodingInvalid, at: nil, "found UTF-16; want UTF-8")
    }
    let content = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
    guard let text = String(validating: content, as: UTF8.self) else {
      throw YAMLText.invalidBytes(in: content)
    }
    if let problem = YAMLText.forbiddenScalar(in: text) { throw problem }
    self.text = text
  }

  /// The one document of a text that is JSON; nil where it is anything else.
  var json: YAMLNode? {
    JSONReader.isLikely(text.utf8) ? JSONReader.read(Array(text.utf8)) : nil
  }

  /// The documents, cut where a line begins with `---`, which ends a document wherever it stands.
  var chunks: [Chunk] {
    var chunks: [Chunk] = []
    var current = Chunk(text: "", offset: 0)
    var number = 0
    var rest = text.utf8[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { rest.index(after: $0) }
      let line = rest[..<(end ?? rest.endIndex)]
      if YAMLText.beginsDocument(line) {
        if current.hasContent { chunks.append(current) }
        current = Chunk(text: "", offset: number)
      }
      current.text += Substring(line)
      number += 1
      rest = rest[line.endIndex...]
    }
    if current.hasContent { chunks.append(current) }
    return chunks
  }

  private static func beginsDocument(_ line: Substring.UTF8View) -> Bool {
    guard line.starts(with: "---".utf8) else { return false }
    guard let next = line.dropFirst(3).first else { return true }
    return " \t\r\n".utf8.contains(next)
  }

  // MARK: Problems

  private static func invalidBytes(in bytes: ArraySlice<UInt8>) -> YAMLProblem {
    var line = 1
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
      if String(validating: bytes[start..<end], as: UTF8.self) == nil { break }
      line += 1
      start = min(end + 1, bytes.endIndex)
    }
    let rest = bytes[start...].prefix { $0 != UInt8(ascii: "\n") }
    let column = validPrefixLength(rest) + 1
    return YAMLProblem(
      .encodingInvalid,
      at: YAMLNode.Mark(line: line, column: column),
      "found bytes that are no UTF-8; want text in UTF-8"
    )
  }

  /// The number of scalars before the first byte that can't be read.
  private static func validPrefixLength(_ bytes: ArraySlice<UInt8>) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var count = 0
    while case .scalarValue = decoder.decode(&iterator) { count += 1 }
    return count
  }

  /// The first scalar that YAML forbids, where there is one.
  private static func forbiddenScalar(in text: String) -> YAMLProblem? {
    // Most files have none: look at bytes first, which is much faster than at scalars.
    let isSuspect = text.utf8.contains { byte in
      (byte < 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) || byte == 0x7f || byte >= 0xc2
    }
    guard isSuspect else { return nil }
    var mark = YAMLNode.Mark(line: 1, column: 1)
    for scalar in text.unicodeScalars {
      if isForbidden(scalar.value) {
        let number = String(scalar.value, radix: 16, uppercase: true)
        let name = "U+" + String(repeating: "0", count: max(0, 4 - number.count)) + number
        return YAMLProblem(
          .encodingInvalid,
          at: mark,
          "found the character \(name), which YAML forbids; want text"
        )
      }
      mark.column += 1
      if scalar == "\n" { mark = YAMLNode.Mark(line: mark.line + 1, column: 1) }
    }
    return nil
  }

  /// Whether a scalar beyond U+001F can't stand in YAML, or breaks lines there.
  static func isSpecial(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x85, 0x2028, 0x2029: true
    default: isForbidden(scalar.value)
    }
  }

  private static func isForbidden(_ value: UInt32) -> Bool {
    switch value {
    case 0x09, 0x0a, 0x0d, 0x20...0x7e, 0x85, 0xa0...0xd7ff, 0xe000...0xfefe, 0xff00...0xfffd,
      0x10000...0x10ffff:
      false
    default:
      true
    }
  }
}

extension YAMLText.Chunk {
  /// Whether it has more than blank lines, comments and directives.
  fileprivate var hasContent: Bool {
    text.utf8.split(separator: UInt8(ascii: "\n")).contains { line in
      let trimmed = line.drop { " \t\r".utf8.contains($0) }
      guard let first = trimmed.first else { return false }
      return first != UInt8(ascii: "#") && first != UInt8(ascii: "%")
        && !trimmed.elementsEqual("---".utf8)
    }
  }
}
