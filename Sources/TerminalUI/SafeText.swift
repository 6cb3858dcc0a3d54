/// Text on its way to cells: what it may contain, and how wide it is.
///
/// Everything that is drawn goes through here. Headers, log lines, NACK messages and names come
/// from outside; none of them can move the cursor, colour the screen or reorder a row:
/// - white space of any kind, line ends included, becomes one space;
/// - other control characters (escape and C1 too), private, unassigned and right-to-left
///   characters become `?`;
/// - zero-width and formatting characters, variation selectors and skin tones are left out;
/// - a character keeps at most three combining marks.
package enum SafeText {
  static let replacement: Character = "?"
  /// ncurses keeps at most five characters a cell.
  private static let maximumMarks = 3

  /// The columns that a text takes once it is drawn.
  package static func width(of text: String, isUnicode: Bool = true) -> Int {
    if isPlain(text) { return text.utf8.count }
    var width = 0
    forEachCell(of: text, isUnicode: isUnicode) { _, columns in
      width += columns
      return true
    }
    return width
  }

  /// A text as it would be drawn, as a text.
  package static func cleaned(_ text: String, isUnicode: Bool = true) -> String {
    if isPlain(text) { return text }
    var result = ""
    forEachCell(of: text, isUnicode: isUnicode) { character, _ in
      result.append(character)
      return true
    }
    return result
  }

  /// Whether a character can stand in a cell as it is.
  static func isSafe(_ character: Character) -> Bool {
    if let byte = character.utf8.first, character.utf8.count == 1 {
      return byte >= 0x20 && byte < 0x7F
    }
    let scalars = character.unicodeScalars
    guard let first = scalars.first, scalars.count <= 1 + maximumMarks else { return false }
    switch ScalarClass(first) {
    case .narrow, .wide: break
    case .mark, .space, .dropped, .replaced: return false
    }
    return scalars.dropFirst().allSatisfy { ScalarClass($0) == .mark }
  }

  /// Whether a text is printable ASCII, so that each byte is a cell.
  static func isPlain(_ text: String) -> Bool {
    for byte in text.utf8 where byte < 0x20 || byte >= 0x7F { return false }
    return true
  }

  /// Gives each cell of a text, with its columns (1 or 2), until `body` returns false.
  static func forEachCell(
    of text: String,
    isUnicode: Bool,
    _ body: (Character, Int) -> Bool
  ) {
    var cluster = Cluster()
    for scalar in text.unicodeScalars {
      if scalar.value < 0x7F, scalar.value >= 0x20 {
        guard cluster.replace(with: Character(scalar), columns: 1, takesMarks: true, body) else {
          return
        }
        continue
      }
      guard cluster.take(scalar, isUnicode: isUnicode, body) else { return }
    }
    _ = cluster.finish(body)
  }

  /// The character being put together from a base and its marks.
  private struct Cluster {
    private var character: Character?
    private var columns = 1
    private var marks = 0
    private var takesMarks = false

    mutating func take(
      _ scalar: Unicode.Scalar,
      isUnicode: Bool,
      _ body: (Character, Int) -> Bool
    ) -> Bool {
      switch ScalarClass(scalar) {
      case .narrow:
        let letter = isUnicode ? plainLetter(of: scalar) : SafeText.replacement
        return replace(with: letter, columns: 1, takesMarks: isUnicode, body)
      case .wide:
        guard isUnicode else {
          return replace(with: SafeText.replacement, columns: 1, takesMarks: false, body)
        }
        return replace(with: Character(scalar), columns: 2, takesMarks: true, body)
      case .mark:
        if isUnicode { attach(scalar) }
        return true
      case .space: return replace(with: " ", columns: 1, takesMarks: false, body)
      case .dropped: return true
      case .replaced:
        return replace(with: SafeText.replacement, columns: 1, takesMarks: false, body)
      }
    }

    /// Hands the last character over and begins a new one.
    mutating func replace(
      with next: Character,
      columns: Int,
      takesMarks: Bool,
      _ body: (Character, Int) -> Bool
    ) -> Bool {
      let goesOn = finish(body)
      character = next
      self.columns = columns
      self.takesMarks = takesMarks
      marks = 0
      return goesOn
    }

    func finish(_ body: (Character, Int) -> Bool) -> Bool {
      guard let character else { return true }
      return body(character, columns)
    }

    private mutating func attach(_ mark: Unicode.Scalar) {
      guard let base = character, takesMarks, marks < SafeText.maximumMarks else { return }
      var text = String(base)
      text.unicodeScalars.append(mark)
      // A mark that doesn't join its base would make two characters of one cell.
      guard text.count == 1 else { return }
      character = Character(text)
      marks += 1
    }

    private func plainLetter(of scalar: Unicode.Scalar) -> Character {
      guard ScalarRanges.regionalIndicators.contains(scalar.value) else { return Character(scalar) }
      let offset = scalar.value - ScalarRanges.regionalIndicators.lowerBound
      return Character(Unicode.Scalar(UInt8(ascii: "A") + UInt8(offset)))
    }
  }
}
