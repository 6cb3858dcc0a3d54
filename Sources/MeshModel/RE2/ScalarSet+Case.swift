extension ScalarSet {
  /// The set with every scalar that differs from one of it only by case (Unicode's simple folding).
  var foldingCase: ScalarSet {
    if let last = ranges.last, last.upperBound < 0x80 { return foldingASCII }
    var folded = ranges
    for members in CaseFolding.shared.families where members.contains(where: contains) {
      folded += members.map { $0...$0 }
    }
    return ScalarSet(folded)
  }

  private var foldingASCII: ScalarSet {
    var folded = ranges
    for letter in ScalarSet.lowerCase.ranges[0] {
      let upper = letter - 0x20
      guard contains(letter) || contains(upper) else { continue }
      folded += [letter...letter, upper...upper]
      // The Kelvin sign and the long s.
      if letter == 0x6b { folded.append(0x212a...0x212a) }
      if letter == 0x73 { folded.append(0x17f...0x17f) }
    }
    return ScalarSet(folded)
  }

  private static let lowerCase = ScalarSet(pairs: "az")
}

/// Scalars that are one letter but for case, as families of two to four.
private struct CaseFolding: Sendable {
  /// Made on first use: some ten milliseconds.
  static let shared = CaseFolding()

  let families: [[UInt32]]

  /// All cased letters are in these.
  private static let cased: [ClosedRange<UInt32>] = [
    0x41...0x587, 0x10a0...0x10ff, 0x13a0...0x13ff, 0x1c80...0x1cbf, 0x1d79...0x1d8e,
    0x1e00...0x1fff, 0x2126...0x2188, 0x24b6...0x24e9, 0x2c00...0x2d2d, 0xa640...0xa7ff,
    0xab53...0xabbf, 0xff21...0xff5a, 0x10400...0x10cff, 0x118a0...0x118df, 0x16e40...0x16e7f,
    0x1e900...0x1e943,
  ]

  private init() {
    var byKey: [UInt32: [UInt32]] = [:]
    for value in CaseFolding.cased.joined() {
      guard let scalar = Unicode.Scalar(value) else { continue }
      byKey[CaseFolding.key(scalar), default: []].append(value)
    }
    families = byKey.values.filter { $0.count > 1 }
  }

  private static func key(_ scalar: Unicode.Scalar) -> UInt32 {
    // The Turkish pair folds in Turkish texts only.
    if scalar == "\u{130}" || scalar == "\u{131}" { return scalar.value }
    let upper = only(scalar.properties.uppercaseMapping) ?? scalar
    return (only(upper.properties.lowercaseMapping) ?? upper).value
  }

  private static func only(_ text: String) -> Unicode.Scalar? {
    text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
  }
}
