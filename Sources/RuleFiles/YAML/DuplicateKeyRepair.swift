import Yams

/// Takes keys out of a text that are there twice, so that what follows can be read too.
struct DuplicateKeyRepair {
  private static let limit = 50

  private(set) var chunk: YAMLText.Chunk
  private(set) var problems: [YAMLProblem] = []

  init(_ chunk: YAMLText.Chunk) {
    self.chunk = chunk
  }

  /// Notes a key that is there twice, and renames the second one.
  ///
  /// - Parameters:
  ///   - key: The key.
  ///   - mark: Where the first one stands, in the chunk's own lines.
  /// - Returns: Whether the text can be read again.
  mutating func takeOut(_ key: String, after mark: Mark) -> Bool {
    let first = YAMLNode.Mark(line: mark.line + chunk.offset, column: mark.column)
    let key = YAMLComposer.restoring(key, YAMLComposer.hidingStars(in: chunk.text).1)
    let shown = ShownText.quoted(key)
    var lines = chunk.text.split(separator: "\n", omittingEmptySubsequences: false)
    guard problems.count < Self.limit, let second = secondLine(of: key, after: mark, in: lines)
    else {
      problems.append(
        YAMLProblem(.keyDuplicate, at: first, "the field \(shown) is there twice; want it once")
      )
      return false
    }
    problems.append(
      YAMLProblem(
        .keyDuplicate,
        at: YAMLNode.Mark(line: second + 1 + chunk.offset, column: mark.column),
        "the field \(shown) is there twice, first on line \(first.line); want it once"
      )
    )
    lines[second] = Substring(renamed(lines[second], column: mark.column))
    chunk.text = lines.joined(separator: "\n")
    return true
  }

  /// The index of the next line at the same column that begins with the key.
  private func secondLine(of key: String, after mark: Mark, in lines: [Substring]) -> Int? {
    var index = mark.line
    while index < lines.count {
      let line = lines[index]
      let indent = line.unicodeScalars.prefix { $0 == " " }.count
      let rest = line.unicodeScalars.dropFirst(indent)
      let isBlank = rest.isEmpty || rest.first == "#" || rest.first == "\r"
      if !isBlank, indent < mark.column - 1 { return nil }
      if !isBlank, indent == mark.column - 1, begins(String(rest), with: key) { return index }
      index += 1
    }
    return nil
  }

  private func begins(_ line: String, with key: String) -> Bool {
    for spelling in [key, "\"\(key)\"", "'\(key)'"] where line.hasPrefix(spelling) {
      let rest = line.dropFirst(spelling.count).drop { $0 == " " }
      if rest.first == ":" { return true }
    }
    return false
  }

  /// Puts a number that no other key has behind the key's first character or quote.
  private func renamed(_ line: Substring, column: Int) -> String {
    var scalars = Array(line.unicodeScalars)
    let marker = "\(YAMLField.takenOutPrefix)\(problems.count)_"
    let isQuoted = column - 1 < scalars.count && "\"'".unicodeScalars.contains(scalars[column - 1])
    scalars.insert(
      contentsOf: marker.unicodeScalars,
      at: min(scalars.count, column - (isQuoted ? 0 : 1))
    )
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}

extension YAMLField {
  /// What the names of fields begin with that were taken out; they are told already.
  static let takenOutPrefix = "\u{f8ff}duplicate"

  var isTakenOut: Bool { name.hasPrefix(Self.takenOutPrefix) }
}
