extension RE2Parser {
  /// Reads a class in brackets whose `[` is at `start` and taken.
  mutating func parseClass(at start: Int) throws(MeshConfigError) -> ScalarSet {
    let isNegated = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while isFirst || peek() != "]" {
      guard peek() != nil else {
        throw error("[ without its ]", at: start, want: "a closing bracket, or \\[")
      }
      ranges += try takeClassPart().ranges
      isFirst = false
    }
    position += 1
    let set = ScalarSet(ranges)
    return isNegated ? set.inverted : set
  }

  /// `[:alpha:]`, `\d`, a character or a range.
  private mutating func takeClassPart() throws(MeshConfigError) -> ScalarSet {
    let start = position
    if let set = try takePOSIXClass() { return set }
    if take("\\") {
      if let set = try takeClassEscape(at: start) { return set }
      position = start
    }
    let low = try takeClassCharacter()
    guard peek() == "-", let following = peek(1), following != "]" else {
      return folded(ScalarSet(low))
    }
    position += 1
    let high = try takeClassCharacter()
    guard low <= high else {
      throw error("range \(text(from: start))", at: start, want: "the lower end first")
    }
    return folded(ScalarSet([low.value...high.value]))
  }

  private mutating func takePOSIXClass() throws(MeshConfigError) -> ScalarSet? {
    let start = position
    guard take("[:") else { return nil }
    guard let text = takeText(upTo: ":]") else {
      position = start
      return nil
    }
    let isNegated = text.hasPrefix("^")
    guard let set = ScalarSet.posix(String(text.dropFirst(isNegated ? 1 : 0))) else {
      throw error("[:\(text):]", at: start, want: "a class such as [:alpha:] or [:^digit:]")
    }
    return isNegated ? folded(set).inverted : folded(set)
  }

  private mutating func takeClassCharacter() throws(MeshConfigError) -> Unicode.Scalar {
    let start = position
    if take("\\") { return try takeCharacterEscape(at: start) }
    guard let scalar = peek() else {
      throw error("the end", at: start, want: "a closing bracket")
    }
    position += 1
    return scalar
  }
}
