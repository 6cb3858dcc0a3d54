/// A program as a deterministic automaton: one table look-up a character, and no allocation.
struct RE2Automaton: Sendable {
  private static let maximumStates = 1000
  private static let maximumTransitions = 1 << 16
  /// Bounds the time to make it, in instructions visited.
  private static let maximumVisits = 400_000

  /// The state that nothing leads out of.
  private static let dead: UInt16 = 0
  private static let start: UInt16 = 1

  private let classes: ScalarClasses
  /// The next state, at `state * classes.count + class`.
  private let transitions: [UInt16]
  private let isAccepting: [Bool]

  /// nil where the automaton would be too large; the program then has to be simulated.
  init?(_ simulation: RE2Simulation) {
    var builder = Builder(simulation)
    guard builder.build() else { return nil }
    classes = simulation.classes
    transitions = builder.transitions
    isAccepting = builder.isAccepting
  }

  /// Whether it accepts all of `text`, which is valid UTF-8.
  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var state = RE2Automaton.start
    var reader = UTF8Reader(text)
    while let value = reader.next() {
      state = transitions[Int(state) * classes.count + classes.index(of: value)]
      if state == RE2Automaton.dead { return false }
    }
    return isAccepting[Int(state)]
  }

  /// The subset construction.
  private struct Builder {
    struct State: Hashable {
      var threads: [Int]
      /// What stands before; `other` throughout where no assertion asks.
      var before: RE2Assertion.Neighbour
    }

    let simulation: RE2Simulation
    var states: [State] = []
    var numbers: [State: UInt16] = [:]
    var transitions: [UInt16] = []
    var isAccepting: [Bool] = []
    var scratch: RE2Simulation.Scratch
    var threads: [Int] = []
    /// Instructions stepped over, beside those that closures visited.
    var stepped = 0

    init(_ simulation: RE2Simulation) {
      self.simulation = simulation
      scratch = RE2Simulation.Scratch(simulation)
    }

    /// - Returns: Whether it came to an end within the bounds.
    mutating func build() -> Bool {
      _ = number(of: State(threads: [], before: .other))
      _ = number(of: State(threads: [simulation.program.start], before: .none))
      var done = 0
      while done < states.count {
        guard expand(states[done]) else { return false }
        done += 1
      }
      return true
    }

    private mutating func expand(_ state: State) -> Bool {
      let count = simulation.classes.count
      var following = Array(repeating: RE2Automaton.dead, count: count)
      var closed: [RE2Assertion.Neighbour: [Int]] = [:]
      for scalarClass in 0..<count where !state.threads.isEmpty {
        let after = simulation.neighbours[scalarClass]
        let reached = closed[after] ?? close(state, after: after)
        closed[after] = reached
        simulation.step(reached, over: scalarClass, into: &threads)
        stepped += reached.count
        guard scratch.visits + stepped <= RE2Automaton.maximumVisits else { return false }
        let next = number(of: State(threads: Array(Set(threads)).sorted(), before: after))
        following[scalarClass] = next
      }
      transitions += following
      isAccepting.append(simulation.holdsMatch(close(state, after: .none)))
      return states.count <= RE2Automaton.maximumStates
        && states.count * count <= RE2Automaton.maximumTransitions
    }

    private mutating func close(_ state: State, after: RE2Assertion.Neighbour) -> [Int] {
      simulation.close(state.threads, before: state.before, after: after, &scratch)
      return scratch.reached
    }

    private mutating func number(of state: State) -> UInt16 {
      var state = state
      if state.threads.isEmpty || !simulation.program.hasAssertions { state.before = .other }
      if let number = numbers[state] { return number }
      let number = UInt16(states.count)
      numbers[state] = number
      states.append(state)
      return number
    }
  }
}
