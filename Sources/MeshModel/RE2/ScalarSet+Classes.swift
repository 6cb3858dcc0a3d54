extension ScalarSet {
  static let digit = ScalarSet(pairs: "09")
  static let word = ScalarSet(pairs: "09AZaz__")
  static let blank = ScalarSet(pairs: "\t\n\u{c}\r  ")

  /// A class such as `alpha` of `[:alpha:]`: ASCII only.
  static func posix(_ name: String) -> ScalarSet? {
    switch name {
    case "alnum": ScalarSet(pairs: "09AZaz")
    case "alpha": ScalarSet(pairs: "AZaz")
    case "ascii": ScalarSet([0...0x7f])
    case "blank": ScalarSet(pairs: "\t\t  ")
    case "cntrl": ScalarSet([0...0x1f, 0x7f...0x7f])
    case "digit": digit
    case "graph": ScalarSet(pairs: "!~")
    case "lower": ScalarSet(pairs: "az")
    case "print": ScalarSet(pairs: " ~")
    case "punct": ScalarSet(pairs: "!/:@[`{~")
    case "space": ScalarSet(pairs: "\t\r  ")
    case "upper": ScalarSet(pairs: "AZ")
    case "word": word
    case "xdigit": ScalarSet(pairs: "09AFaf")
    default: nil
    }
  }

  /// A Unicode general category by its short name, such as `L` or `Lu`; `Any` for all.
  static func category(_ name: String) -> ScalarSet? {
    if name == "Any" { return all }
    guard CategoryTable.names.contains(where: { $0.hasPrefix(name) }), (1...2).contains(name.count)
    else { return nil }
    let table = CategoryTable.shared.ranges
    return ScalarSet(table.filter { $0.key.hasPrefix(name) }.flatMap(\.value))
  }
}

/// The scalars of each general category, from the standard library's Unicode data.
private struct CategoryTable: Sendable {
  /// Made on first use: some ten milliseconds.
  static let shared = CategoryTable()

  /// As RE2 has them: without `Cn`, unassigned.
  static let names = [
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi",
    "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co",
  ]

  let ranges: [String: [ClosedRange<UInt32>]]

  private init() {
    var ranges: [String: [ClosedRange<UInt32>]] = [:]
    var start: UInt32 = 0
    var current = ""
    for value in 0...(ScalarSet.highest + 1) {
      let category = Unicode.Scalar(value)?.properties.generalCategory
      let name = category.map(CategoryTable.name) ?? ""
      guard name != current else { continue }
      if !current.isEmpty { ranges[current, default: []].append(start...(value - 1)) }
      current = name
      start = value
    }
    self.ranges = ranges
  }

  private static func name(_ category: Unicode.GeneralCategory) -> String {
    switch category {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .nonspacingMark: "Mn"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .openPunctuation: "Ps"
    case .closePunctuation: "Pe"
    case .initialPunctuation: "Pi"
    case .finalPunctuation: "Pf"
    case .otherPunctuation: "Po"
    case .mathSymbol: "Sm"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .otherSymbol: "So"
    case .spaceSeparator: "Zs"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .control: "Cc"
    case .format: "Cf"
    case .privateUse: "Co"
    case .surrogate, .unassigned: ""
    @unknown default: ""
    }
  }
}
