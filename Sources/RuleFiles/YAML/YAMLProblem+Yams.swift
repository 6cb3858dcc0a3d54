import Yams

extension YAMLProblem {
  /// Says in an operator's words why a chunk is no YAML.
  init(_ error: YamlError, in chunk: YAMLText.Chunk) {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      self.init(problem, context, mark, in: chunk)
    case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem),
      .representer(let problem):
      let mark = YAMLNode.Mark(line: chunk.offset + 1, column: 1)
      self.init(.encodingInvalid, at: mark, "the text can't be read: \(ShownText.short(problem))")
    case .no, .memory, .dataCouldNotBeDecoded, .duplicatedKeysInMapping:
      let mark = YAMLNode.Mark(line: chunk.offset + 1, column: 1)
      self.init(.syntax, at: mark, "the text can't be read")
    }
  }

  private init(
    _ problem: String,
    _ context: YamlError.Context?,
    _ mark: Mark,
    in chunk: YAMLText.Chunk
  ) {
    let lines = chunk.text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = mark.line <= lines.count ? String(lines[max(0, mark.line - 1)]) : ""
    let place = YAMLNode.Mark(line: mark.line + chunk.offset, column: mark.column)
    let opening = context.map {
      YAMLNode.Mark(line: $0.mark.line + chunk.offset, column: $0.mark.column)
    }
    if problem.hasPrefix("Maximum nesting level") {
      self.init(.tooComplex, at: place, "found more levels than are read")
      return
    }
    let isTab = problem.contains("cannot start any token") || problem.contains("tab character")
    if isTab, let tab = YAMLProblem.tabColumn(in: line, at: mark.column) {
      let tabPlace = YAMLNode.Mark(line: place.line, column: tab)
      self.init(.tab, at: tabPlace, "found a tab; want blanks, which alone may indent YAML")
      return
    }
    let isUnended = problem.hasPrefix("found unexpected end of stream")
    self.init(
      .syntax,
      at: isUnended ? opening ?? place : place,
      YAMLProblem.sentence(problem, line: line),
      suggestion: YAMLProblem.dash(in: lines, from: context?.mark.line, to: mark.line)
    )
  }

  /// A sentence for what the parser says most often; its own words for the rest.
  private static func sentence(_ problem: String, line: String) -> String {
    switch problem {
    case "mapping values are not allowed in this context":
      return "found a colon where none can be; want a line of its own for each field, "
        + "or quotes around a value with a colon"
    case "did not find expected key", "did not find expected '-' indicator",
      "block sequence entries are not allowed in this context",
      "did not find expected <document start>":
      return "the line doesn't fit those above; want the same indentation as its neighbours"
    case "could not find expected ':'":
      return "found text without a colon; want a field, `name: value`"
    case "found character that cannot start any token":
      return "found a character that no value can begin with; want quotes around the value"
    case "did not find expected ',' or ']'":
      return "found a list without its end; want , or ]"
    case "did not find expected ',' or '}'":
      return "found an object without its end; want , or }"
    case _ where problem.hasPrefix("found unexpected end of stream"):
      return "found a quote or bracket without its end"
    default:
      return "this is no YAML: \(ShownText.short(problem))"
    }
  }

  /// The column of the first tab in a line's indentation, dashes included, else that of a place where
  /// a tab stands.
  private static func tabColumn(in line: String, at column: Int) -> Int? {
    let scalars = Array(line.unicodeScalars)
    let indentation = scalars.prefix { $0 == " " || $0 == "\t" || $0 == "-" }
    if let tab = indentation.firstIndex(of: "\t") { return tab + 1 }
    return column > 0 && column <= scalars.count && scalars[column - 1] == "\t" ? column : nil
  }

  /// What to write for a dash without a blank, near the line that couldn't be read or where the part
  /// begins that it is in.
  private static func dash(in lines: [Substring], from start: Int?, to number: Int) -> String? {
    let near = lines.prefix(number).suffix(3).reversed()
    let atStart = lines.prefix(start ?? 0).suffix(2).reversed()
    for line in Array(near) + atStart {
      let text = line.drop { $0 == " " }
      guard text.first == "-", let next = text.dropFirst().first, next.isLetter else { continue }
      return "`- \(ShownText.short(text.dropFirst().trimmed))`"
    }
    return nil
  }
}

extension Substring {
  fileprivate var trimmed: String {
    split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
