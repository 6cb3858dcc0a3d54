/// The tree of a regular expression.
///
/// Captures and greed are left out: they can't change whether the whole text matches.
indirect enum RE2Syntax: Sendable {
  case empty
  case set(ScalarSet)
  case assertion(RE2Assertion)
  case sequence([RE2Syntax])
  case choice([RE2Syntax])
  /// `maximum` is nil for no bound.
  case repetition(RE2Syntax, minimum: Int, maximum: Int?)

  /// The greatest product of nested counts, which RE2 bounds: 6 for `(a{2}){3}`.
  var repeatCount: Int {
    switch self {
    case .empty, .set, .assertion: 1
    case .sequence(let parts), .choice(let parts): parts.map(\.repeatCount).max() ?? 1
    case .repetition(let part, let minimum, let maximum):
      max(1, maximum ?? minimum) * part.repeatCount
    }
  }
}

/// A condition on a place in the text.
enum RE2Assertion: UInt8, Sendable {
  case beginText, endText, beginLine, endLine, wordBoundary, notWordBoundary

  /// Whether it holds at a place between two neighbours.
  func holds(before: Neighbour, after: Neighbour) -> Bool {
    switch self {
    case .beginText: before == .none
    case .endText: after == .none
    case .beginLine: before == .none || before == .newline
    case .endLine: after == .none || after == .newline
    case .wordBoundary: (before == .word) != (after == .word)
    case .notWordBoundary: (before == .word) == (after == .word)
    }
  }

  /// What a place in the text has beside it.
  enum Neighbour: UInt8, CaseIterable, Sendable {
    /// The text's begin or end.
    case none
    case newline
    /// `[0-9A-Za-z_]`.
    case word
    case other
  }
}
