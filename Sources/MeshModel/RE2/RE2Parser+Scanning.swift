extension RE2Parser {
  /// The innermost open group.
  var group: Group {
    get { groups[groups.count - 1] }
    _modify { yield &groups[groups.count - 1] }
  }

  func peek(_ offset: Int = 0) -> Unicode.Scalar? {
    position + offset < scalars.count ? scalars[position + offset] : nil
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek() == scalar else { return false }
    position += 1
    return true
  }

  mutating func take(_ text: String) -> Bool {
    guard scalars[position...].starts(with: text.unicodeScalars) else { return false }
    position += text.unicodeScalars.count
    return true
  }

  /// Takes everything before `end`, and `end`; nil, and nothing, if it doesn't come.
  mutating func takeText(upTo end: String) -> String? {
    var index = position
    while index < scalars.count {
      if scalars[index...].starts(with: end.unicodeScalars) {
        let text = text(from: position, to: index)
        position = index + end.unicodeScalars.count
        return text
      }
      index += 1
    }
    return nil
  }

  func text(from start: Int, to end: Int? = nil) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[start..<(end ?? position)])
    return String(text)
  }

  /// What was found, at which index from 0 (told as a character's number from 1), and what is wanted.
  func error(_ found: String, at index: Int, want: String) -> MeshConfigError {
    let shown = source.count > 60 ? "\(source.prefix(60))..." : source
    return MeshConfigError(
      .regexInvalid,
      "regex \"\(shown)\": found \(found) at character \(index + 1); want \(want)"
    )
  }
}

extension Unicode.Scalar {
  /// 0 to 9 for an ASCII digit.
  var decimalValue: Int? {
    ("0"..."9").contains(self) ? Int(value - 0x30) : nil
  }

  /// 0 to 15 for an ASCII hexadecimal digit.
  var hexadecimalValue: UInt32? {
    switch self {
    case "0"..."9": value - 0x30
    case "a"..."f": value - 0x61 + 10
    case "A"..."F": value - 0x41 + 10
    default: nil
    }
  }

  /// Whether it is an ASCII letter, digit or underscore.
  var isWord: Bool { ScalarSet.word.contains(value) }
}
