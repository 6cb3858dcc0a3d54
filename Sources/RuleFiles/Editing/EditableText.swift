/// A file's text by lines and columns, and the changes that are to be made to it.
struct EditableText {
  /// The text can't be changed in place there.
  struct Refusal: Error {}

  private struct Change {
    let range: Range<Int>
    let text: String
    /// Of changes at one place, the first comes first.
    let order: Int
  }

  private let scalars: [Unicode.Scalar]
  /// The offset at which each line begins, and that of the end.
  private let lineStarts: [Int]
  private var changes: [Change] = []

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    var starts = [0]
    for (offset, scalar) in scalars.enumerated() where scalar == "\n" { starts.append(offset + 1) }
    if starts.last != scalars.count { starts.append(scalars.count) }
    lineStarts = starts
  }

  // MARK: Reading

  /// From 0.
  var lineCount: Int { lineStarts.count - 1 }

  /// Of a line, from 0; beyond the last line the end of the text.
  func start(ofLine index: Int) -> Int { lineStarts[min(index, lineCount)] }

  func offset(of mark: YAMLNode.Mark) throws(Refusal) -> Int {
    guard (1...lineCount).contains(mark.line) else { throw Refusal() }
    let offset = lineStarts[mark.line - 1] + mark.column - 1
    guard offset < lineStarts[mark.line] else { throw Refusal() }
    return offset
  }

  subscript(offset: Int) -> Unicode.Scalar { scalars[offset] }

  func text(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[range])
    return String(view)
  }

  /// A line without its end.
  func line(_ index: Int) -> ArraySlice<Unicode.Scalar> {
    var line = scalars[start(ofLine: index)..<start(ofLine: index + 1)]
    while line.last == "\n" || line.last == "\r" { line.removeLast() }
    return line
  }

  /// The index of the line after a block whose lines stand at or right of an indentation.
  ///
  /// Blank lines and comments at its end are not of it.
  ///
  /// - Parameters:
  ///   - first: The index of its first line.
  ///   - indent: The least indentation of its further lines.
  ///   - dashes: Whether lines one blank left of that are of it too that begin with a dash.
  /// - Returns: From 0.
  func endOfBlock(from first: Int, indent: Int, dashes: Bool = false) -> Int {
    var end = first + 1
    var index = first + 1
    while index < lineCount {
      let line = line(index)
      let content = line.drop { $0 == " " }
      let isOfBlock = line.count - content.count >= indent
      let isDash = dashes && line.count - content.count == indent - 1 && Self.beginsElement(content)
      let isSilent = content.isEmpty || content.first == "#"
      if !isSilent, !isOfBlock && !isDash || Self.endsDocument(line) { break }
      if !isSilent { end = index + 1 }
      index += 1
    }
    return end
  }

  private static func beginsElement(_ content: ArraySlice<Unicode.Scalar>) -> Bool {
    content.first == "-" && (content.count == 1 || content[content.startIndex + 1] == " ")
  }

  private static func endsDocument(_ line: ArraySlice<Unicode.Scalar>) -> Bool {
    line.starts(with: "---".unicodeScalars) || line.starts(with: "...".unicodeScalars)
  }

  // MARK: Changing

  mutating func replace(_ range: Range<Int>, with text: String) {
    changes.append(Change(range: range, text: text, order: changes.count))
  }

  mutating func insertLines(_ text: String, atLine index: Int) {
    let offset = start(ofLine: index)
    // The last line may have no end.
    let isOpen = offset > 0 && offset == scalars.count && scalars[offset - 1] != "\n"
    replace(offset..<offset, with: isOpen ? "\n" + text : text)
  }

  mutating func removeLines(_ lines: Range<Int>) {
    replace(start(ofLine: lines.lowerBound)..<start(ofLine: lines.upperBound), with: "")
  }

  /// The text with its changes; refused where two of them overlap.
  func changed() throws(Refusal) -> String {
    var result = String.UnicodeScalarView()
    var position = 0
    let sorted = changes.sorted {
      ($0.range.lowerBound, $0.range.upperBound, $0.order)
        < ($1.range.lowerBound, $1.range.upperBound, $1.order)
    }
    for change in sorted {
      guard change.range.lowerBound >= position else { throw Refusal() }
      result.append(contentsOf: scalars[position..<change.range.lowerBound])
      result.append(contentsOf: change.text.unicodeScalars)
      position = change.range.upperBound
    }
    result.append(contentsOf: scalars[position...])
    return String(result)
  }
}
