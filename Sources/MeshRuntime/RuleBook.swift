package import MeshModel
package import MeshPicture

/// The rules and how they came to be.
///
/// Revision numbers only grow: undo makes a new revision with the content before the newest edit,
/// redo one with the content that was undone. A new edit forgets what could be redone. Shifts of
/// one rule's weights by one author that follow each other within a second, as a held key makes
/// them, are undone and redone as one step.
package struct RuleBook: Sendable {
  /// A content to go back (or forth) to, and the title of the edit in between.
  private struct Step: Sendable {
    let rules: MeshRules
    let title: String
  }

  /// The edits that the newest undo step stands for, while more of them may come.
  private struct Burst: Sendable {
    let address: RuleAddress
    let author: String
    /// When the newest of them was made.
    var time: Timestamp

    /// Whether an edit of this moment belongs to it.
    func takes(_ address: RuleAddress, _ author: String, at time: Timestamp) -> Bool {
      let gap = time.microseconds - self.time.microseconds
      return address == self.address && author == self.author && gap >= 0
        && gap < RuleBook.burstGap
    }
  }

  /// Edits this many microseconds apart are no longer one burst.
  private static let burstGap: Int64 = 1_000_000

  package private(set) var newest: Revision
  private var revisions: Ring<Revision>
  private var undoSteps: [Step] = []
  private var redoSteps: [Step] = []
  private var burst: Burst?

  /// Starts with revision 1.
  ///
  /// `limit` revisions are kept, and as many edits can be undone.
  ///
  /// - Throws: The first error that the checks find.
  package init(
    rules: MeshRules,
    inventory: MeshInventory,
    title: String,
    author: String,
    time: Timestamp,
    limit: Int = 10_000
  ) throws(MeshConfigError) {
    findings = try RuleBook.check(rules, inventory)
    newest = Revision(number: 1, rules: rules, time: time, title: title, author: author)
    revisions = Ring(capacity: limit)
    revisions.append(newest)
  }

  /// What the checks said of the newest rules when they came; nil where they were not checked, since
  /// they had been before.
  private(set) var findings: [Finding]?

  package var canUndo: Bool { !undoSteps.isEmpty }
  package var canRedo: Bool { !redoSteps.isEmpty }

  /// The revisions that are kept, oldest first; O(n).
  package var history: [Revision] { revisions.elements }

  /// Makes an edit of the newest rules the next revision, unless it changes nothing.
  ///
  /// - Returns: Whether there is a new revision.
  /// - Throws: What the edit itself or the checks of its result say against it; then nothing
  ///   changed.
  package mutating func apply(
    _ edit: RuleEdit,
    inventory: MeshInventory,
    author: String,
    time: Timestamp
  ) throws(MeshConfigError) -> Bool {
    let rules = try newest.rules.applying(edit)
    guard rules != newest.rules else { return false }
    let findings = try RuleBook.check(rules, inventory)
    let title = edit.title(in: newest.rules)
    addStep(for: edit, to: rules, title: title, author: author, time: time)
    redoSteps.removeAll()
    add(rules, title: title, author: author, time: time)
    self.findings = findings
    return true
  }

  /// Makes the content before the newest edit the next revision.
  ///
  /// - Throws: ``MeshConfigError`` with code `nothingToUndo`.
  package mutating func undo(author: String, time: Timestamp) throws(MeshConfigError) {
    guard let step = undoSteps.popLast() else {
      throw MeshConfigError(.nothingToUndo, "nothing to undo: no edit was made in this run")
    }
    burst = nil
    redoSteps.append(Step(rules: newest.rules, title: step.title))
    add(step.rules, title: "undo: \(step.title)", author: author, time: time)
  }

  /// Makes the content that was undone last the next revision.
  ///
  /// - Throws: ``MeshConfigError`` with code `nothingToRedo`.
  package mutating func redo(author: String, time: Timestamp) throws(MeshConfigError) {
    guard let step = redoSteps.popLast() else {
      throw MeshConfigError(
        .nothingToRedo,
        "nothing to redo: no edit was undone since the last one"
      )
    }
    burst = nil
    undoSteps.append(Step(rules: newest.rules, title: step.title))
    add(step.rules, title: "redo: \(step.title)", author: author, time: time)
  }

  /// Makes the edit that leads to `rules` part of the burst or a step of its own.
  private mutating func addStep(
    for edit: RuleEdit,
    to rules: MeshRules,
    title: String,
    author: String,
    time: Timestamp
  ) {
    guard case .shiftWeight(let address, _, _) = edit else {
      burst = nil
      return addStep(title: title)
    }
    let continues = burst?.takes(address, author, at: time) ?? false
    burst = Burst(address: address, author: author, time: time)
    guard continues, let first = undoSteps.popLast() else { return addStep(title: title) }
    guard first.rules != rules else {
      // It went there and back: nothing is left to undo of it.
      burst = nil
      return
    }
    let weights = (try? rules.rule(at: address).destinations.map(\.weight)) ?? []
    let whole = RuleEdit.setWeights(address, weights)
    undoSteps.append(Step(rules: first.rules, title: whole.title(in: first.rules)))
  }

  /// Adds the step from the newest rules on.
  private mutating func addStep(title: String) {
    undoSteps.append(Step(rules: newest.rules, title: title))
    if undoSteps.count > revisions.capacity { undoSteps.removeFirst() }
  }

  private mutating func add(_ rules: MeshRules, title: String, author: String, time: Timestamp) {
    newest = Revision(
      number: newest.number + 1,
      rules: rules,
      time: time,
      title: title.printable(limit: TextLimit.title),
      author: author.printable(limit: TextLimit.name)
    )
    revisions.append(newest)
    findings = nil
  }

  private static func check(
    _ rules: MeshRules,
    _ inventory: MeshInventory
  ) throws(MeshConfigError) -> [Finding] {
    let findings = rules.findings(inventory: inventory)
    if let error = findings.first(where: { $0.severity == .error }) {
      throw MeshConfigError(error.code, error.message)
    }
    return findings
  }
}
