/// A regular expression as a non-deterministic automaton (Thompson 1968) over classes of scalars.
struct RE2Program: Sendable {
  /// Bounds memory and the time per character; RE2's own bound is some 170,000.
  static let maximumLength = 10_000

  struct Instruction: Sendable {
    enum Operation: Sendable {
      /// Takes a scalar of a set, by its index in ``sets``.
      case take(set: Int)
      /// Goes on in two ways, taking nothing.
      case split(Int)
      case check(RE2Assertion)
      case match
    }

    var operation: Operation
    var next: Int
  }

  private(set) var instructions: [Instruction] = []
  /// The distinct sets of the pattern.
  private(set) var sets: [ScalarSet] = []
  private(set) var hasAssertions = false
  private(set) var start = 0

  private var setIndices: [ScalarSet: Int] = [:]

  /// nil where the pattern needs more than ``maximumLength`` instructions.
  init?(_ syntax: RE2Syntax) {
    guard let match = emit(.match, next: 0), let start = compile(syntax, next: match) else {
      return nil
    }
    self.start = start
    setIndices = [:]
  }

  private mutating func emit(_ operation: Instruction.Operation, next: Int) -> Int? {
    guard instructions.count < RE2Program.maximumLength else { return nil }
    instructions.append(Instruction(operation: operation, next: next))
    return instructions.count - 1
  }

  /// Compiles `syntax` so that what follows is at `next`; returns where it begins.
  private mutating func compile(_ syntax: RE2Syntax, next: Int) -> Int? {
    switch syntax {
    case .empty:
      return next
    case .set(let set):
      return emit(.take(set: index(of: set)), next: next)
    case .assertion(let assertion):
      hasAssertions = true
      return emit(.check(assertion), next: next)
    case .sequence(let parts):
      return parts.reversed().reduce(next) { following, part in
        following.flatMap { compile(part, next: $0) }
      }
    case .choice(let parts):
      return choice(parts, next: next)
    case .repetition(let part, let minimum, let maximum):
      return repetition(part, minimum: minimum, maximum: maximum, next: next)
    }
  }

  private mutating func choice(_ parts: [RE2Syntax], next: Int) -> Int? {
    var entry: Int?
    for part in parts.reversed() {
      guard let start = compile(part, next: next) else { return nil }
      guard let other = entry else {
        entry = start
        continue
      }
      guard let split = emit(.split(other), next: start) else { return nil }
      entry = split
    }
    return entry
  }

  private mutating func repetition(
    _ part: RE2Syntax,
    minimum: Int,
    maximum: Int?,
    next: Int
  ) -> Int? {
    var entry = next
    if let maximum {
      // x{0,2} is (x(x)?)?
      for _ in minimum..<maximum {
        guard let start = compile(part, next: entry), let split = emit(.split(next), next: start)
        else { return nil }
        entry = split
      }
    } else {
      guard let loop = emit(.split(next), next: next), let start = compile(part, next: loop) else {
        return nil
      }
      instructions[loop].next = start
      // x+ begins with x, so the last of the required ones is the loop's own.
      entry = minimum > 0 ? start : loop
    }
    let copies = maximum == nil ? max(0, minimum - 1) : minimum
    for _ in 0..<copies {
      guard let start = compile(part, next: entry) else { return nil }
      entry = start
    }
    return entry
  }

  private mutating func index(of set: ScalarSet) -> Int {
    if let index = setIndices[set] { return index }
    setIndices[set] = sets.count
    sets.append(set)
    return sets.count - 1
  }
}
