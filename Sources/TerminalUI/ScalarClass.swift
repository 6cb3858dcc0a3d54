/// What a Unicode scalar does to a row of cells.
enum ScalarClass: Hashable, Sendable {
  /// It fills one cell.
  case narrow
  /// It fills two cells.
  case wide
  /// It is drawn onto the character before it.
  case mark
  /// It shows as one space: white space of all kinds, line ends included.
  case space
  /// It can't be seen and must not reach the terminal: zero-width and formatting characters,
  /// variation selectors, skin tones.
  case dropped
  /// It could move the cursor, colour the screen or reorder the row, or nobody knows its width.
  case replaced

  init(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x20..<0x7F: self = .narrow
    case 0x09...0x0D, 0x85, 0xA0: self = .space
    case 0x00..<0xA0: self = .replaced
    case 0xAD: self = .dropped
    case 0xA1..<0x300: self = .narrow
    case 0x300..<0x34F, 0x350..<0x370: self = .mark
    case 0x2500..<0x25FD, 0x2190..<0x231A: self = .narrow
    case 0x4E00..<0xA000, 0xAC00..<0xD7A4: self = .wide
    default: self = ScalarClass(uncommon: scalar)
    }
  }

  private init(uncommon scalar: Unicode.Scalar) {
    let value = scalar.value
    let properties = scalar.properties
    if properties.isDefaultIgnorableCodePoint || ScalarRanges.skinTones.contains(value) {
      self = .dropped
    } else if ScalarRanges.contains(ScalarRanges.rightToLeft, value)
      || !ScalarClass.isOld(properties)
    {
      self = .replaced
    } else if ScalarRanges.contains(ScalarRanges.hangulMarks, value) {
      self = .mark
    } else {
      self = ScalarClass(properties.generalCategory, value)
    }
  }

  /// Whether the C libraries in use know the scalar's width: those of Unicode 14 and before.
  private static func isOld(_ properties: Unicode.Scalar.Properties) -> Bool {
    properties.age.map { $0.major <= 14 } ?? false
  }

  private init(_ category: Unicode.GeneralCategory, _ value: UInt32) {
    switch category {
    case .nonspacingMark, .enclosingMark: self = .mark
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: self = .space
    case .format: self = .dropped
    case .control, .surrogate, .privateUse, .unassigned: self = .replaced
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .spacingMark, .decimalNumber, .letterNumber, .otherNumber, .connectorPunctuation,
      .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol,
      .otherSymbol:
      self = ScalarRanges.contains(ScalarRanges.wide, value) ? .wide : .narrow
    @unknown default: self = .replaced
    }
  }
}
