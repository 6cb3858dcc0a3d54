/// Reads RE2's syntax as RE2 does with its default options.
struct RE2Parser {
  /// RE2's own bound, also on the product of nested counts.
  static let maximumRepeat = 1000
  static let maximumDepth = 250
  static let maximumLength = 4000

  struct Flags {
    var ignoresCase = false
    var isMultiLine = false
    var dotMatchesNewline = false
  }

  /// An open parenthesis, or the whole pattern.
  struct Group {
    /// The index of its `(`.
    let start: Int
    /// What holds again after its `)`.
    let outerFlags: Flags
    var alternatives: [RE2Syntax] = []
    var items: [RE2Syntax] = []

    /// All that was read since it opened.
    var syntax: RE2Syntax {
      let last = Group.sequence(items)
      return alternatives.isEmpty ? last : .choice(alternatives + [last])
    }

    mutating func endAlternative() {
      alternatives.append(Group.sequence(items))
      items = []
    }

    private static func sequence(_ items: [RE2Syntax]) -> RE2Syntax {
      switch items.count {
      case 0: .empty
      case 1: items[0]
      default: .sequence(items)
      }
    }
  }

  let source: String
  let scalars: [Unicode.Scalar]
  /// The index of the next scalar.
  var position = 0
  var flags = Flags()
  /// The innermost group last; never empty.
  var groups: [Group]
  var groupNames: Set<String> = []
  /// Where the last repetition operator began and ended.
  private var lastRepeat: Range<Int>?

  init(_ source: String) {
    self.source = source
    scalars = Array(source.unicodeScalars)
    groups = [Group(start: 0, outerFlags: Flags())]
  }

  mutating func parse() throws(MeshConfigError) -> RE2Syntax {
    guard scalars.count <= RE2Parser.maximumLength else {
      throw error(
        "\(scalars.count) characters",
        at: 0,
        want: "at most \(RE2Parser.maximumLength)"
      )
    }
    while let scalar = peek() { try parseOne(scalar) }
    if groups.count > 1 {
      throw error("( without its )", at: group.start, want: "a closing parenthesis")
    }
    return group.syntax
  }

  private mutating func parseOne(_ scalar: Unicode.Scalar) throws(MeshConfigError) {
    let start = position
    position += 1
    switch scalar {
    case "(":
      try openGroup(at: start)
    case ")":
      try closeGroup(at: start)
    case "|":
      group.endAlternative()
    case "*":
      try repeatLast(0, nil, from: start)
    case "+":
      try repeatLast(1, nil, from: start)
    case "?":
      try repeatLast(0, 1, from: start)
    case "{":
      try parseBrace(at: start)
    case "[":
      group.items.append(.set(try parseClass(at: start)))
    case ".":
      group.items.append(.set(flags.dotMatchesNewline ? .all : ScalarSet.newline.inverted))
    case "^":
      group.items.append(.assertion(flags.isMultiLine ? .beginLine : .beginText))
    case "$":
      group.items.append(.assertion(flags.isMultiLine ? .endLine : .endText))
    case "\\":
      try parseEscape(at: start)
    default:
      appendLiteral(scalar)
    }
  }

  mutating func appendLiteral(_ scalar: Unicode.Scalar) {
    group.items.append(.set(folded(ScalarSet(scalar))))
  }

  /// The set as the current flags want it.
  func folded(_ set: ScalarSet) -> ScalarSet {
    flags.ignoresCase ? set.foldingCase : set
  }

  // MARK: Repetition

  /// `{n}`, `{n,}` or `{n,m}`; anything else is a literal brace.
  private mutating func parseBrace(at start: Int) throws(MeshConfigError) {
    guard let (minimum, maximum) = takeCounts() else {
      position = start + 1
      appendLiteral("{")
      return
    }
    let upper = maximum ?? minimum
    let isOrdered = maximum.map { minimum <= $0 } ?? true
    guard minimum <= RE2Parser.maximumRepeat, upper <= RE2Parser.maximumRepeat, isOrdered else {
      throw error(
        text(from: start),
        at: start,
        want: isOrdered
          ? "counts up to \(RE2Parser.maximumRepeat)" : "the smaller count before the greater"
      )
    }
    try repeatLast(minimum, maximum, from: start)
  }

  /// The counts of `n}`, `n,}` or `n,m}`; a nil maximum means no bound.
  private mutating func takeCounts() -> (minimum: Int, maximum: Int?)? {
    guard let minimum = takeCount() else { return nil }
    if take("}") { return (minimum, minimum) }
    guard take(",") else { return nil }
    if take("}") { return (minimum, nil) }
    guard let maximum = takeCount(), take("}") else { return nil }
    return (minimum, maximum)
  }

  /// A decimal number without leading zeros; one that is far too great ends at a million.
  private mutating func takeCount() -> Int? {
    let start = position
    var value = 0
    while let digit = peek()?.decimalValue {
      value = min(value * 10 + digit, 1_000_000)
      position += 1
    }
    let hasLeadingZero = position - start > 1 && scalars[start] == "0"
    return position == start || hasLeadingZero ? nil : value
  }

  private mutating func repeatLast(
    _ minimum: Int,
    _ maximum: Int?,
    from start: Int
  ) throws(MeshConfigError) {
    _ = take("?")
    if let lastRepeat, lastRepeat.upperBound == start {
      throw error(
        text(from: lastRepeat.lowerBound),
        at: lastRepeat.lowerBound,
        want: "one repetition: put parentheses around what is to be repeated again"
      )
    }
    guard let item = group.items.popLast() else {
      throw error(text(from: start), at: start, want: "something before it to repeat")
    }
    let repeated = RE2Syntax.repetition(item, minimum: minimum, maximum: maximum)
    guard repeated.repeatCount <= RE2Parser.maximumRepeat else {
      throw error(
        "counts that multiply to \(repeated.repeatCount)",
        at: start,
        want: "at most \(RE2Parser.maximumRepeat)"
      )
    }
    group.items.append(repeated)
    lastRepeat = start..<position
  }
}
