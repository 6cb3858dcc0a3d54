/// One of the terminal's own colours; Weir never redefines the palette.
package enum Color: UInt8, Hashable, Sendable {
  case standard, black, red, green, yellow, blue, magenta, cyan, white
}

/// How a cell looks.
///
/// Meaning never rests on it alone: each state also has a word and a sign.
package struct Style: Hashable, Sendable {
  package static let plain = Style()

  package var foreground: Color
  package var background: Color
  package var isBold: Bool
  package var isDim: Bool
  package var isReverse: Bool
  package var isUnderlined: Bool

  package init(
    foreground: Color = .standard,
    background: Color = .standard,
    isBold: Bool = false,
    isDim: Bool = false,
    isReverse: Bool = false,
    isUnderlined: Bool = false
  ) {
    self.foreground = foreground
    self.background = background
    self.isBold = isBold
    self.isDim = isDim
    self.isReverse = isReverse
    self.isUnderlined = isUnderlined
  }
}
