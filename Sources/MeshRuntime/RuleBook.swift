package import MeshModel
package import MeshPicture

/// The rules and how they came to be.
///
/// Revision numbers only grow: undo makes a new revision with the content before the newest edit,
/// redo one with the content that was undone. A new edit forgets what could be redone. Shifts of
/// one rule's weights by one author that follow each other within a second, as a held key makes
/// them, are undone and redone as one step.
///
/// A change takes two calls, so that it can be stored in between: `plan…` says what the next
/// revision would be, and ``commit(_:)`` makes it the newest.
package struct RuleBook: Sendable {
  /// Who makes a change, by what, and when.
  package struct Origin: Sendable {
    package var author: String
    package var cause: String
    package var time: Timestamp

    package init(author: String, cause: String = "", time: Timestamp) {
      self.author = author
      self.cause = cause
      self.time = time
    }
  }

  /// A revision that is yet to become the newest.
  package struct Plan: Sendable {
    package var entry: StoredRevision
    /// What the checks said of its rules; nil where they were not asked, since they had been before.
    package let findings: [Finding]?
    fileprivate let burst: Burst?

    /// A revision that begins or ends no burst, and was not checked.
    package init(_ entry: StoredRevision) {
      self.init(entry: entry, findings: nil, burst: nil)
    }

    fileprivate init(entry: StoredRevision, findings: [Finding]?, burst: Burst?) {
      self.entry = entry
      self.findings = findings
      self.burst = burst
    }
  }

  /// How many revisions are kept where nobody asks for another number.
  package static let limit = 10_000

  package private(set) var newest: Revision
  private var memory: RevisionMemory
  private var undoSteps: UndoStack
  private var redoSteps: UndoStack
  private var burst: Burst?
  private let limit: Int

  /// Starts with a first revision, or goes on where a store ends.
  ///
  /// - Parameters:
  ///   - newest: The newest revision.
  ///   - steps: How the newest revisions came to be, as a store has them; empty for none.
  ///   - isStored: Whether what is not kept here can be had from a store.
  ///   - limit: So many revisions are kept, and as many edits can be undone; fewer where the rules
  ///     are large and there is no store.
  package init(
    newest: Revision,
    steps: [StoredRevision.Step] = [],
    isStored: Bool = false,
    limit: Int = RuleBook.limit
  ) {
    self.newest = newest
    self.limit = limit
    memory = RevisionMemory(limit: limit)
    memory.append(newest)
    undoSteps = UndoStack(limit: limit, isStored: isStored)
    redoSteps = UndoStack(limit: limit, isStored: isStored)
    // The oldest one's own step leads to a revision that is gone.
    for step in steps.dropFirst() {
      note(step, from: UndoStack.Step(target: step.number - 1, title: step.title))
    }
  }

  package var canUndo: Bool { undoSteps.last != nil }
  package var canRedo: Bool { redoSteps.last != nil }

  /// The revisions that are kept here, oldest first.
  package var history: [Revision] { memory.revisions }

  /// A revision that is kept here.
  package func revision(_ number: UInt64) -> Revision? { memory[number] }

  /// The revision whose content must be fetched before the newest step can be undone or redone; nil
  /// where that is at hand, or there is no step.
  package func missingContent(for kind: StoredRevision.Kind) -> UInt64? {
    let step = kind == .undo ? undoSteps.last : redoSteps.last
    guard let step, step.rules == nil, memory[step.target] == nil else { return nil }
    return step.target
  }

  // MARK: Planning

  /// What an edit of the newest rules would make; nil where it changes nothing.
  ///
  /// Where the newest rules have errors already, since they came from a run whose checks were
  /// milder, only new ones count: a rule that nobody touches must not keep others from being mended.
  ///
  /// - Throws: `refused` with what the edit itself or the checks of its result say against it.
  package func plan(
    _ edit: RuleEdit,
    _ origin: Origin,
    checkedBy running: inout RunningInventory
  ) throws(EngineError) -> Plan? {
    let rules = try applying(edit)
    guard rules != newest.rules else { return nil }
    let findings = running.findings(on: rules)
    let errors = newErrors(in: findings, of: &running)
    if let error = EngineError(refusedFor: errors) { throw error }
    let title = edit.title(in: newest.rules)
    let revision = next(rules, title: title, origin)
    guard case .shiftWeight(let address, _, _) = edit else {
      return Plan(entry: .edit(revision), findings: findings, burst: nil)
    }
    let goesOn = burst.flatMap { $0.takes(address, origin) ? $0 : nil }
    let burst = Burst(
      address: address,
      author: origin.author,
      time: origin.time,
      start: goesOn?.start ?? newest.rules
    )
    guard goesOn != nil, undoSteps.last != nil else {
      return Plan(entry: .edit(revision), findings: findings, burst: burst)
    }
    let isBack = burst.start == rules
    let entry = StoredRevision(
      revision: revision,
      kind: isBack ? .revertedEdit : .continuedEdit,
      stepTitle: burst.title(to: rules)
    )
    return Plan(entry: entry, findings: findings, burst: isBack ? nil : burst)
  }

  /// The content before the newest edit as the next revision.
  ///
  /// `content` is that of the revision that ``missingContent(for:)`` named.
  ///
  /// - Throws: `refused` with a finding `nothingToUndo`.
  package func planUndo(
    _ origin: Origin,
    content: MeshRules? = nil
  ) throws(EngineError) -> Plan {
    guard let step = undoSteps.last, let rules = rules(of: step) ?? content else {
      throw EngineError(.nothingToUndo, "nothing to undo: no edit is left that could be")
    }
    return plan(.undo, step, rules, origin)
  }

  /// The content that was undone last as the next revision.
  ///
  /// `content` is that of the revision that ``missingContent(for:)`` named.
  ///
  /// - Throws: `refused` with a finding `nothingToRedo`.
  package func planRedo(
    _ origin: Origin,
    content: MeshRules? = nil
  ) throws(EngineError) -> Plan {
    guard let step = redoSteps.last, let rules = rules(of: step) ?? content else {
      throw EngineError(
        .nothingToRedo,
        "nothing to redo: no edit was undone since the last one"
      )
    }
    return plan(.redo, step, rules, origin)
  }

  /// The rules after an edit of the newest ones.
  package func applying(_ edit: RuleEdit) throws(EngineError) -> MeshRules {
    do throws(MeshConfigError) {
      return try newest.rules.applying(edit)
    } catch {
      throw EngineError(error.code, error.message)
    }
  }

  private func plan(
    _ kind: StoredRevision.Kind,
    _ step: UndoStack.Step,
    _ rules: MeshRules,
    _ origin: Origin
  ) -> Plan {
    let revision = next(rules, title: "\(kind.rawValue): \(step.title)", origin)
    let entry = StoredRevision(revision: revision, kind: kind, stepTitle: step.title)
    return Plan(entry: entry, findings: nil, burst: nil)
  }

  private func rules(of step: UndoStack.Step) -> MeshRules? {
    step.rules ?? memory[step.target]?.rules
  }

  private func next(_ rules: MeshRules, title: String, _ origin: Origin) -> Revision {
    Revision(
      number: newest.number + 1,
      rules: rules,
      time: origin.time,
      title: title.printable(limit: TextLimit.title),
      author: origin.author.printable(limit: TextLimit.name),
      cause: origin.cause.printable(limit: TextLimit.title)
    )
  }

  /// The errors that the newest rules don't have too.
  func newErrors(in findings: [Finding], of running: inout RunningInventory) -> [Finding] {
    let errors = findings.filter { $0.severity == .error }
    guard !errors.isEmpty else { return [] }
    let before = Set(running.findings(on: newest.rules))
    return errors.filter { !before.contains($0) }
  }

  // MARK: Committing

  /// Makes a planned revision the newest; nothing else may have become it since.
  package mutating func commit(_ plan: Plan) {
    let revision = plan.entry.revision
    precondition(revision.number == newest.number + 1)
    let step = UndoStack.Step(
      target: newest.number,
      title: plan.entry.stepTitle,
      rules: newest.rules
    )
    note(plan.entry.step, from: step)
    burst = plan.burst
    newest = revision
    memory.append(revision)
    guard revision.number > UInt64(limit) else { return }
    let oldest = revision.number - UInt64(limit) + 1
    undoSteps.forget(before: oldest)
    redoSteps.forget(before: oldest)
  }

  /// Takes in how a revision came to be; `before` leads back to the one before it.
  private mutating func note(_ step: StoredRevision.Step, from before: UndoStack.Step) {
    switch step.kind {
    case .edit:
      undoSteps.push(before)
      redoSteps.removeAll()
    case .continuedEdit:
      let first = undoSteps.pop() ?? before
      let whole = UndoStack.Step(target: first.target, title: step.title, rules: first.rules)
      undoSteps.push(whole)
      redoSteps.removeAll()
    case .revertedEdit:
      undoSteps.pop()
      redoSteps.removeAll()
    case .undo:
      undoSteps.pop()
      redoSteps.push(before)
    case .redo:
      redoSteps.pop()
      undoSteps.push(before)
    }
  }
}

/// The edits that the newest undo step stands for, while more of them may come.
private struct Burst: Sendable {
  /// Edits this many microseconds apart are no longer one burst.
  private static let gap: Int64 = 1_000_000

  let address: RuleAddress
  let author: String
  /// When the newest of them was made.
  let time: Timestamp
  /// The rules before the first of them.
  let start: MeshRules

  /// Whether an edit of this moment belongs to it.
  func takes(_ address: RuleAddress, _ origin: RuleBook.Origin) -> Bool {
    let gap = origin.time.microseconds - time.microseconds
    return address == self.address && origin.author == author && gap >= 0 && gap < Self.gap
  }

  /// What the whole of it is called once it has led to these rules.
  func title(to rules: MeshRules) -> String {
    let weights = (try? rules.rule(at: address).destinations.map(\.weight)) ?? []
    return RuleEdit.setWeights(address, weights).title(in: start)
  }
}

extension StoredRevision {
  /// An undo step of its own.
  package static func edit(_ revision: Revision, sourceRules: MeshRules? = nil) -> Self {
    StoredRevision(
      revision: revision,
      kind: .edit,
      stepTitle: revision.title,
      sourceRules: sourceRules
    )
  }
}

extension EngineError {
  /// A refusal for one reason.
  init(_ code: MeshConfigError.Code, _ message: String) {
    self.init(.refused, message, findings: [Finding(.error, code, message)])
  }

  /// A refusal for errors of the checks; nil where there is none.
  init?(refusedFor errors: [Finding]) {
    guard let first = errors.first else { return nil }
    let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
    self.init(.refused, first.message + more, findings: errors)
  }
}
