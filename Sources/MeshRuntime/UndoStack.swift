import MeshModel

/// Contents to go back (or forth) to, the newest last.
struct UndoStack: Sendable {
  struct Step: Sendable {
    /// The revision that has the content.
    let target: UInt64
    /// What the edit in between is called.
    let title: String
    /// The content; nil where it must be fetched from the store.
    var rules: MeshRules?
  }

  private let limit: Int
  /// Whether contents that are not kept here can be had from a store.
  private let isStored: Bool
  private var steps: [Step] = []
  /// That of the contents that are kept.
  private var cost = 0

  init(limit: Int, isStored: Bool) {
    self.limit = limit
    self.isStored = isStored
  }

  var last: Step? { steps.last }

  mutating func push(_ step: Step) {
    steps.append(step)
    cost += step.rules?.cost ?? 0
    if steps.count > limit { forgetOldest() }
    while cost > RevisionMemory.budget, steps.count > 1 {
      isStored ? forgetOldestContent() : forgetOldest()
    }
  }

  @discardableResult
  mutating func pop() -> Step? {
    guard let step = steps.popLast() else { return nil }
    cost -= step.rules?.cost ?? 0
    return step
  }

  mutating func removeAll() {
    steps.removeAll()
    cost = 0
  }

  /// Forgets the steps whose content is in no revision from this number on.
  mutating func forget(before oldest: UInt64) {
    while let first = steps.first, first.rules == nil, first.target < oldest { forgetOldest() }
  }

  private mutating func forgetOldest() {
    cost -= steps.removeFirst().rules?.cost ?? 0
  }

  private mutating func forgetOldestContent() {
    guard let index = steps.firstIndex(where: { $0.rules != nil }) else { return }
    cost -= steps[index].rules?.cost ?? 0
    steps[index].rules = nil
  }
}
