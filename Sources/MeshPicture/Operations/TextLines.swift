/// Lines of plain text, broken at blanks so that none is too wide.
struct TextLines {
  private(set) var texts: [String] = []
  private let width: Int

  init(width: Int) {
    self.width = width
  }

  /// Adds a text of one line or more, those after the first indented by `hanging` instead, or by two
  /// more than the first; control characters become blanks.
  mutating func add(_ text: String, indent: Int, hanging: Int? = nil) {
    var line = String(repeating: " ", count: indent)
    var isFresh = true
    for word in TextLines.words(of: text) {
      var word = word
      if !isFresh, line.count + word.count > width {
        end(&line, hanging: hanging ?? indent + 2)
        word = word.drop { $0 == " " }
      }
      while line.count + word.count > width {
        let room = width - line.count
        line += word.prefix(room)
        word = word.dropFirst(room)
        end(&line, hanging: hanging ?? indent + 2)
      }
      line += word
      isFresh = false
    }
    texts.append(line)
  }

  private mutating func end(_ line: inout String, hanging: Int) {
    while line.last == " " { line.removeLast() }
    texts.append(line)
    line = String(repeating: " ", count: hanging)
  }

  /// Each with the blanks before it.
  private static func words(of text: String) -> [Substring] {
    let scalars = text.unicodeScalars.map { scalar -> Character in
      scalar.properties.generalCategory == .control ? " " : Character(scalar)
    }
    let clean = String(scalars)
    var words: [Substring] = []
    var start = clean.startIndex
    var isInWord = false
    for index in clean.indices {
      if clean[index] == " " {
        if isInWord {
          words.append(clean[start..<index])
          start = index
        }
        isInWord = false
      } else {
        isInWord = true
      }
    }
    if start < clean.endIndex { words.append(clean[start...]) }
    return words
  }
}
