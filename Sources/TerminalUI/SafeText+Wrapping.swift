extension SafeText {
  /// Breaks a text into lines of at most `columns`: between words where that is possible, else after
  /// a sign such as `=` or `/`, else anywhere.
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

  /// A word may be cut after these; not so early that the line would be near empty.
  private static let joints: Set<Character> = [
    "=", "/", ".", ",", "-", "_", ":", "|", "&", "~", "?",
  ]

  /// Where a word that fills a line is cut best: how many of its characters stay on the line.
  private static func cut(of piece: String) -> Int {
    let characters = Array(piece)
    let joint = characters.lastIndex { joints.contains($0) } ?? -1
    return joint + 1 > characters.count / 3 ? joint + 1 : characters.count
  }

  /// A word, cut where it is longer than a line.
  private static func pieces(of word: String, columns: Int, isUnicode: Bool) -> [String] {
    guard width(of: word, isUnicode: isUnicode) > columns else { return [word] }
    var pieces: [String] = []
    var piece = ""
    var used = 0
    forEachCell(of: word, isUnicode: isUnicode) { character, wide in
      while used + wide > columns, used > 0 {
        let kept = cut(of: piece)
        pieces.append(String(piece.prefix(kept)))
        piece = String(piece.dropFirst(kept))
        used = width(of: piece, isUnicode: isUnicode)
      }
      piece.append(character)
      used += wide
      return true
    }
    if !piece.isEmpty { pieces.append(piece) }
    return pieces
  }
}
