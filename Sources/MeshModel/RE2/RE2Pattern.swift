/// A regular expression in RE2's syntax, which is what Istio, Envoy and gRPC take.
///
/// It matches whole texts only, as their `regex` does, in time linear in the text whatever the
/// pattern. Where RE2's syntax is wider (`\C`, scripts such as `\p{Greek}`) or its bounds are
/// (a pattern of more than 4,000 characters or 10,000 instructions), the pattern is refused.
package struct RE2Pattern: Sendable {
  /// How it is run, the fastest first.
  private enum Engine: Sendable {
    /// A text that begins with these bytes and goes on as the tail allows.
    case literal([UInt8], Tail)
    case automaton(RE2Automaton)
    case simulation(RE2Simulation)
  }

  private enum Tail: Sendable {
    case nothing
    /// `.*`: everything but a newline.
    case line
    /// `(?s).*`
    case anything
  }

  package let source: String
  private let engine: Engine

  /// Reads and compiles a pattern; what that costs is bounded, some milliseconds at worst.
  ///
  /// - Throws: ``MeshConfigError`` with code `regexInvalid`: what was found, where, and what RE2
  ///   wants there.
  package init(_ source: String) throws(MeshConfigError) {
    var parser = RE2Parser(source)
    let syntax = try parser.parse()
    self.source = source
    if let (literal, tail) = RE2Pattern.literal(of: syntax) {
      engine = .literal(literal, tail)
      return
    }
    guard let program = RE2Program(syntax) else {
      throw parser.error(
        "a pattern that unfolds to more than \(RE2Program.maximumLength) steps",
        at: 0,
        want: "a smaller one, or smaller counts"
      )
    }
    let simulation = RE2Simulation(program)
    engine = RE2Automaton(simulation).map(Engine.automaton) ?? .simulation(simulation)
  }

  /// Whether the pattern matches the whole text; allocates nothing but for huge patterns.
  package func matches(_ text: String) -> Bool {
    let result = text.utf8.withContiguousStorageIfAvailable { matches(utf8: $0) }
    return result ?? Array(text.utf8).withUnsafeBufferPointer { matches(utf8: $0) }
  }

  /// Whether the pattern matches the whole text.
  package func matches(_ text: some StringProtocol) -> Bool {
    let utf8 = text.utf8
    if let result = utf8.withContiguousStorageIfAvailable({ matches(utf8: $0) }) { return result }
    return Array(utf8).withUnsafeBufferPointer { matches(utf8: $0) }
  }

  /// Whether it matches every text of one line, as `.*` does.
  var matchesEveryLine: Bool {
    switch engine {
    case .literal(let bytes, .line), .literal(let bytes, .anything): bytes.isEmpty
    case .literal, .automaton, .simulation: false
    }
  }

  private func matches(utf8 text: UnsafeBufferPointer<UInt8>) -> Bool {
    switch engine {
    case .literal(let bytes, let tail):
      return RE2Pattern.matches(text, literal: bytes, tail)
    case .automaton(let automaton):
      return automaton.matches(text)
    case .simulation(let simulation):
      return simulation.matches(text)
    }
  }

  private static func matches(
    _ text: UnsafeBufferPointer<UInt8>,
    literal: [UInt8],
    _ tail: Tail
  ) -> Bool {
    guard text.count >= literal.count else { return false }
    for index in 0..<literal.count where text[index] != literal[index] { return false }
    switch tail {
    case .anything: return true
    case .nothing: return text.count == literal.count
    case .line:
      for index in literal.count..<text.count where text[index] == 0x0a { return false }
      return true
    }
  }

  /// A pattern that is plain text, perhaps with `.*` at its end.
  private static func literal(of syntax: RE2Syntax) -> ([UInt8], Tail)? {
    var parts: [RE2Syntax] =
      switch syntax {
      case .empty: []
      case .sequence(let parts): parts
      default: [syntax]
      }
    var tail = Tail.nothing
    if case .repetition(.set(let set), minimum: 0, maximum: nil) = parts.last {
      guard set == .all || set == ScalarSet.newline.inverted else { return nil }
      tail = set == .all ? .anything : .line
      parts.removeLast()
    }
    var bytes: [UInt8] = []
    for part in parts {
      guard case .set(let set) = part, let scalar = set.onlyScalar else { return nil }
      bytes += UTF8.encode(scalar).map { Array($0) } ?? []
    }
    return (bytes, tail)
  }
}

extension RE2Pattern: Hashable {
  package static func == (left: RE2Pattern, right: RE2Pattern) -> Bool {
    left.source == right.source
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(source)
  }
}
