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
    guard utf8.count <= limit else { return false }
    return utf8.withContiguousStorageIfAvailable { UnsafeRawBufferPointer($0).isPrintableASCII }
      ?? utf8.allSatisfy(\.isPrintableASCII)
  }
}

extension UnsafeRawBufferPointer {
  /// Whether all bytes are, looked at eight at a time, since it is done for every text of every call.
  fileprivate var isPrintableASCII: Bool {
    let high: UInt64 = 0x8080_8080_8080_8080
    var index = 0
    while index + 8 <= count {
      let word = loadUnaligned(fromByteOffset: index, as: UInt64.self)
      // The high bit of a byte is set by 0x80 and above as it is, by 0x7F with 1 more, and by what
      // is below 0x20 with 0x20 less; what one byte does to the next matters only after such a one.
      let above = word &+ 0x0101_0101_0101_0101
      let below = word &- 0x2020_2020_2020_2020
      guard (word | above | below) & high == 0 else { return false }
      index += 8
    }
    return self[index...].allSatisfy(\.isPrintableASCII)
  }
}

extension UInt8 {
  fileprivate var isPrintableASCII: Bool { self >= 0x20 && self < 0x7F }
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
