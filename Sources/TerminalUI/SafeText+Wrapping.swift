extension SafeText {
  /// Breaks a text into lines of at most `columns`, between words where that is possible.
  package static func wrapped(
    _ text: String,
    columns: Int,
    isUnicode: Bool = true
  ) -> [String] {
    guard columns > 0 else { return [] }
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in cleaned(text, isUnicode: isUnicode).split(separator: " ") {
      for piece in pieces(of: String(word), columns: columns, isUnicode: isUnicode) {
        let wide = width(of: piece, isUnicode: isUnicode)
        if used > 0, used + 1 + wide > columns {
          lines.append(line)
          line = ""
          used = 0
        }
        if used > 0 { line += " " }
        used += wide + (used > 0 ? 1 : 0)
        line += piece
      }
    }
    if used > 0 { lines.append(line) }
    return lines
  }

  /// A word, cut where it is longer than a line.
  private static func pieces(of word: String, columns: Int, isUnicode: Bool) -> [String] {
    guard width(of: word, isUnicode: isUnicode) > columns else { return [word] }
    var pieces: [String] = []
    var piece = ""
    var used = 0
    forEachCell(of: word, isUnicode: isUnicode) { character, wide in
      if used + wide > columns, used > 0 {
        pieces.append(piece)
        piece = ""
        used = 0
      }
      piece.append(character)
      used += wide
      return true
    }
    if !piece.isEmpty { pieces.append(piece) }
    return pieces
  }
}
