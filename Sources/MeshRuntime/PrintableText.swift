extension String {
  /// This text as one line that can't move a cursor, colour a screen or turn its own order round.
  ///
  /// Control characters (C0, C1 and DEL), line and paragraph separators, bidirectional overrides
  /// and all other invisible formatting, private and unassigned characters are taken out; a run of
  /// them leaves one space, so that words stay apart. It costs one look at each byte where nothing
  /// is wrong.
  ///
  /// - Parameter limit: The most Unicode scalars to give back.
  /// - Returns: The same text where nothing is wrong with it; text that was cut ends in `…`.
  package func printable(limit: Int) -> String {
    precondition(limit > 0)
    if isPrintableASCII(limit: limit) { return self }
    var scalars = String.UnicodeScalarView()
    var count = 0
    var gap = false
    for scalar in unicodeScalars {
      guard scalar.isPrintable else {
        gap = true
        continue
      }
      if gap && count > 0 && scalar != " " {
        scalars.append(" ")
        count += 1
      }
      gap = false
      guard count < limit else {
        scalars = String.UnicodeScalarView(scalars.prefix(limit - 1))
        scalars.append("…")
        break
      }
      scalars.append(scalar)
      count += 1
    }
    return String(scalars)
  }

  /// Makes it printable in place; where nothing is wrong it is not written to.
  mutating func makePrintable(limit: Int) {
    if !isPrintableASCII(limit: limit) { self = printable(limit: limit) }
  }

  func isPrintableASCII(limit: Int) -> Bool {
    utf8.count <= limit && utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
  }
}

extension Unicode.Scalar {
  fileprivate var isPrintable: Bool {
    if value >= 0x20 && value < 0x7F { return true }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      return false
    default:
      return true
    }
  }
}
