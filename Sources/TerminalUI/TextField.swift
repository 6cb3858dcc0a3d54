/// One line of text that the operator types.
///
/// The text is kept as it is; only its drawing replaces what ``SafeText`` doesn't let through, so
/// that editing never changes what can't be shown.
package struct TextField: Hashable, Sendable {
  /// Longer input is not taken.
  package static let maximumCharacters = 1000

  private var characters: [Character]
  /// The place of the next character, from 0.
  package private(set) var cursor: Int
  /// What is wrong with the text; nil for nothing.
  package var error: String?

  package init(_ text: String = "", error: String? = nil) {
    characters = Array(text)
    cursor = characters.count
    self.error = error
  }

  package var text: String { String(characters) }

  /// Takes a key; false where a text field has no use for it.
  package mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character(let character): _ = insert([character])
    case .backspace: remove(from: cursor - 1)
    case .delete, .control("d"): remove(from: cursor)
    case .left, .control("b"): cursor = max(0, cursor - 1)
    case .right, .control("f"): cursor = min(characters.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = characters.count
    case .control("u"): replace(0..<cursor)
    case .control("k"): replace(cursor..<characters.count)
    case .control("w"): replace(startOfWord..<cursor)
    case .control, .enter, .escape, .tab, .backTab, .up, .down, .pageUp, .pageDown, .function:
      return false
    }
    return true
  }

  private var startOfWord: Int {
    var start = cursor
    while start > 0, characters[start - 1] == " " { start -= 1 }
    while start > 0, characters[start - 1] != " " { start -= 1 }
    return start
  }

  /// Puts characters at the cursor, as far as they fit; false where not all did.
  ///
  /// A combining mark joins the character before it. What no keyboard means as text, such as
  /// control characters, is left out.
  package mutating func insert(_ new: [Character]) -> Bool {
    let texts = new.filter { $0.unicodeScalars.allSatisfy(TextField.isText) }
    let fitting = texts.prefix(max(0, TextField.maximumCharacters - characters.count))
    guard !fitting.isEmpty else { return texts.isEmpty }
    let head = Array(String(characters[..<cursor]) + String(fitting))
    characters.replaceSubrange(..<cursor, with: head)
    cursor = head.count
    error = nil
    return fitting.count == texts.count
  }

  private static func isText(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }

  private mutating func remove(from index: Int) {
    guard characters.indices.contains(index) else { return }
    replace(index..<(index + 1))
  }

  private mutating func replace(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    characters.removeSubrange(range)
    cursor = range.lowerBound
    error = nil
  }
}

extension Frame {
  /// Draws a text field in one row and puts the cursor into it; a text that is longer than the
  /// row scrolls so that the cursor stays in sight.
  package mutating func put(
    _ field: TextField,
    at point: Point,
    columns: Int,
    style: Style = Style(isUnderlined: true)
  ) {
    guard columns > 0 else { return }
    let text = Array(field.text)
    let before = text[..<field.cursor].reversed()
    var first = field.cursor
    var used = 0
    for character in before {
      let wide = SafeText.width(of: String(character), isUnicode: isUnicode)
      guard used + wide < columns else { break }
      used += wide
      first -= 1
    }
    fill(Rect(origin: point, size: Size(columns: columns, rows: 1)), style: style)
    put(String(text[first...]), at: point, limit: columns, style: style)
    cursor = Point(column: point.column + used, row: point.row)
  }
}
