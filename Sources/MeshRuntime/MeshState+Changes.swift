package import MeshModel
package import MeshPicture

extension MeshState {
  /// What a source of rules, such as files, would make of the newest ones.
  struct SourcePlan: Sendable {
    /// nil where no revision comes of it.
    var plan: RuleBook.Plan?
    /// Objects whose edits by the operator it replaces.
    var overridden: [ResourceName]
  }

  // MARK: Planning

  /// What a change would make; nil where it changes nothing.
  ///
  /// - Parameters:
  ///   - change: What is asked for.
  ///   - content: Of an undo, a redo or a rollback, the rules to go back to; nil where an undo or a
  ///     redo finds them at hand.
  ///   - time: Of the revision.
  /// - Returns: The revision that is to be stored and committed.
  /// - Throws: `refused`, or `notFound` where a rollback has no content.
  mutating func plan(
    _ change: RuleChange,
    content: MeshRules?,
    at time: Timestamp
  ) throws(EngineError) -> RuleBook.Plan? {
    let origin = RuleBook.Origin(author: change.author, cause: change.cause, time: time)
    switch change.action {
    case .edit(let edit):
      return try plan(edit, origin)
    case .undo:
      return try book.planUndo(origin, content: content)
    case .redo:
      return try book.planRedo(origin, content: content)
    case .rollback(let number):
      guard let content else { throw .notKept(number, newest: book.newest.number) }
      let edit = RuleEdit.replaceRules(content, title: "rollback to rev \(number)")
      return try plan(edit, origin)
    }
  }

  /// What taking over rules from a source would make.
  ///
  /// - Parameters:
  ///   - rules: What the source says.
  ///   - old: What it said before; nil where its rules replace the whole book.
  ///   - title: What changed, for people.
  ///   - origin: Who or what changed it.
  /// - Returns: What is to be stored and committed.
  /// - Throws: `refused`.
  mutating func plan(
    source rules: MeshRules,
    since old: MeshRules?,
    title: String,
    _ origin: RuleBook.Origin
  ) throws(EngineError) -> SourcePlan {
    let merged =
      old.map { book.newest.rules.merging(from: $0, to: rules) }
      ?? (rules: rules, overridden: [])
    let edit = RuleEdit.replaceRules(merged.rules, title: title)
    var plan = try plan(edit, origin)
    plan?.entry.sourceRules = rules
    return SourcePlan(plan: plan, overridden: merged.overridden)
  }

  private mutating func plan(
    _ edit: RuleEdit,
    _ origin: RuleBook.Origin
  ) throws(EngineError) -> RuleBook.Plan? {
    try book.plan(edit, origin, checkedBy: &running)
  }

  // MARK: Committing

  /// Takes over what a source says; where it is to be stored, that was done before.
  mutating func commit(_ plan: SourcePlan, source rules: MeshRules, author: String, now: Moment) {
    sourceRules = rules
    for name in plan.overridden {
      let text = "edits of \(name.name) made since are replaced; undo (z) brings them back"
      events.add(.warning, author, text, at: now.wall)
    }
    if let plan = plan.plan { commit(plan, keyTime: now.monotonic, now: now) }
  }

  /// Tells that rules of a source are not taken over.
  mutating func noteRefusal(of title: String, _ error: EngineError, author: String, _ now: Moment) {
    let word = error.code == .refused ? "refused: " : ""
    events.add(.error, author, "\(title): \(word)\(error.message)", at: now.wall)
  }

  // MARK: Without a store

  /// Plans and makes a change; for tests and measurements.
  ///
  /// - Returns: The newest revision's number.
  @discardableResult
  package mutating func change(
    _ change: RuleChange,
    content: MeshRules? = nil,
    keyTime: MonotonicTime,
    now: Moment
  ) throws(EngineError) -> UInt64 {
    if let plan = try plan(change, content: content, at: now.wall) {
      commit(plan, keyTime: keyTime, now: now)
    }
    return book.newest.number
  }

  /// Plans and takes over rules of a source; for tests.
  ///
  /// - Returns: The newest revision's number.
  package mutating func setRules(
    _ rules: MeshRules,
    since old: MeshRules? = nil,
    title: String,
    author: String,
    now: Moment
  ) throws(EngineError) -> UInt64 {
    do throws(EngineError) {
      let origin = RuleBook.Origin(author: author, time: now.wall)
      let planned = try plan(source: rules, since: old, title: title, origin)
      commit(planned, source: rules, author: author, now: now)
      return book.newest.number
    } catch {
      noteRefusal(of: title, error, author: author, now)
      throw error
    }
  }
}

extension EngineError {
  /// A revision that nobody has any more, or never had.
  static func notKept(_ number: UInt64, newest: UInt64) -> EngineError {
    let message =
      number > newest || number == 0
      ? "there is no revision \(number); want 1 to \(newest)"
      : "revision \(number) is no longer kept; want a newer one, up to \(newest)"
    return EngineError(.notFound, message)
  }
}
