/// Runs a program on all of its threads at once, so that a text of length n takes O(n · program).
struct RE2Simulation: Sendable {
  let program: RE2Program
  let classes: ScalarClasses
  /// What a scalar of each class is to an assertion.
  let neighbours: [RE2Assertion.Neighbour]
  /// Which classes each set holds: a row of bits a set, ``wordsPerSet`` long.
  private let membership: [UInt64]
  private let wordsPerSet: Int

  init(_ program: RE2Program) {
    self.program = program
    let extra: [ScalarSet] = program.hasAssertions ? [.word, .newline] : []
    let classes = ScalarClasses(separating: program.sets + extra)
    self.classes = classes
    wordsPerSet = (classes.count + 63) / 64
    var membership = Array(repeating: UInt64(0), count: program.sets.count * wordsPerSet)
    for (index, set) in program.sets.enumerated() {
      for member in classes.members(of: set) {
        membership[index * wordsPerSet + member / 64] |= 1 << UInt64(member % 64)
      }
    }
    self.membership = membership
    var neighbours = Array(repeating: RE2Assertion.Neighbour.other, count: classes.count)
    if program.hasAssertions {
      for member in classes.members(of: .word) { neighbours[member] = .word }
      for member in classes.members(of: .newline) { neighbours[member] = .newline }
    }
    self.neighbours = neighbours
  }

  /// Room for one run; used again from text to text, or from state to state.
  struct Scratch {
    /// Instructions that take or match, in the order they were reached.
    fileprivate(set) var reached: [Int] = []
    fileprivate var isSeen: [Bool]
    fileprivate var seen: [Int] = []
    fileprivate var stack: [Int] = []
    /// Instructions visited since the beginning, as a measure of work.
    fileprivate(set) var visits = 0

    init(_ simulation: RE2Simulation) {
      isSeen = Array(repeating: false, count: simulation.program.instructions.count)
    }
  }

  /// Follows everything that takes no scalar, from `threads`, at a place between two neighbours;
  /// leaves what takes or matches in `scratch.reached`.
  func close(
    _ threads: [Int],
    before: RE2Assertion.Neighbour,
    after: RE2Assertion.Neighbour,
    _ scratch: inout Scratch
  ) {
    for index in scratch.seen { scratch.isSeen[index] = false }
    scratch.seen.removeAll(keepingCapacity: true)
    scratch.reached.removeAll(keepingCapacity: true)
    for thread in threads { push(thread, &scratch) }
    while let index = scratch.stack.popLast() {
      let instruction = program.instructions[index]
      switch instruction.operation {
      case .take, .match:
        scratch.reached.append(index)
      case .split(let other):
        push(other, &scratch)
        push(instruction.next, &scratch)
      case .check(let assertion):
        if assertion.holds(before: before, after: after) { push(instruction.next, &scratch) }
      }
    }
  }

  private func push(_ index: Int, _ scratch: inout Scratch) {
    scratch.visits += 1
    guard !scratch.isSeen[index] else { return }
    scratch.isSeen[index] = true
    scratch.seen.append(index)
    scratch.stack.append(index)
  }

  /// The threads after one scalar; some may come twice.
  func step(_ reached: [Int], over scalarClass: Int, into threads: inout [Int]) {
    threads.removeAll(keepingCapacity: true)
    for index in reached {
      let instruction = program.instructions[index]
      guard case .take(let set) = instruction.operation, holds(set, scalarClass) else { continue }
      threads.append(instruction.next)
    }
  }

  private func holds(_ set: Int, _ scalarClass: Int) -> Bool {
    let word = membership[set * wordsPerSet + scalarClass / 64]
    return word >> UInt64(scalarClass % 64) & 1 == 1
  }

  func holdsMatch(_ reached: [Int]) -> Bool {
    reached.contains { index in
      if case .match = program.instructions[index].operation { true } else { false }
    }
  }

  /// Whether the program matches all of `text`.
  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var scratch = Scratch(self)
    var threads = [program.start]
    var before = RE2Assertion.Neighbour.none
    var reader = UTF8Reader(text)
    while let value = reader.next() {
      let scalarClass = classes.index(of: value)
      let after = neighbours[scalarClass]
      close(threads, before: before, after: after, &scratch)
      step(scratch.reached, over: scalarClass, into: &threads)
      if threads.isEmpty { return false }
      before = after
    }
    close(threads, before: before, after: .none, &scratch)
    return holdsMatch(scratch.reached)
  }
}

/// Reads the scalars of valid UTF-8.
struct UTF8Reader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  mutating func next() -> UInt32? {
    guard position < bytes.count else { return nil }
    let lead = bytes[position]
    position += 1
    if lead < 0x80 { return UInt32(lead) }
    let (following, bits): (Int, UInt8) =
      lead < 0xe0 ? (1, lead & 0x1f) : lead < 0xf0 ? (2, lead & 0x0f) : (3, lead & 0x07)
    var value = UInt32(bits)
    for _ in 0..<following where position < bytes.count {
      value = value << 6 | UInt32(bytes[position] & 0x3f)
      position += 1
    }
    return value
  }
}
