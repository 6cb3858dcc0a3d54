/// One character cell.
package struct Cell: Hashable, Sendable {
  package static let blank = Cell(safe: " ", style: .plain, isContinuation: false)

  /// A printable character, one or two columns wide; never a control character.
  package private(set) var character: Character
  package var style: Style
  /// Whether it is the right half of the wide character before it, and not to be drawn.
  package var isContinuation: Bool

  /// A character that could do more than fill a cell becomes `?`; see ``SafeText``.
  package init(character: Character, style: Style = .plain, isContinuation: Bool = false) {
    self.init(
      safe: SafeText.isSafe(character) ? character : SafeText.replacement,
      style: style,
      isContinuation: isContinuation
    )
  }

  /// For characters that come from ``SafeText``.
  init(safe character: Character, style: Style, isContinuation: Bool) {
    self.character = character
    self.style = style
    self.isContinuation = isContinuation
  }
}
