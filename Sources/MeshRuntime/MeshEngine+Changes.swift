package import MeshModel
package import MeshPicture
import Synchronization

extension MeshEngine {
  /// See ``EngineOperations/change(_:)``; it blocks while the revision is stored.
  package func change(_ change: RuleChange) throws(EngineError) -> ChangeReceipt {
    let now = clock.monotonic()
    // What lies ahead or far behind is no time of this machine's clock.
    let isCredible = change.asked.map {
      $0 <= now && now.nanoseconds(since: $0) < 60_000_000_000
    }
    return try self.change(change, keyTime: isCredible == true ? change.asked ?? now : now)
  }

  /// The same, with the time of the key that asked for it, for the clocks.
  package func change(
    _ change: RuleChange,
    keyTime: MonotonicTime
  ) throws(EngineError) -> ChangeReceipt {
    let receipt = try writing.withLock { (_) throws(EngineError) in
      try makeChange(change, keyTime: keyTime)
    }
    publishNewest()
    return receipt
  }

  /// To be called with ``writing`` held.
  private func makeChange(
    _ change: RuleChange,
    keyTime: MonotonicTime
  ) throws(EngineError) -> ChangeReceipt {
    let before = try newest(for: change)
    let content = try content(for: change.action, newest: before.number)
    let time = clock.wall()
    let plan = try state.withLock { (state) throws(EngineError) in
      try state.plan(change, content: content, at: time)
    }
    if let plan {
      try store(plan.entry)
      let now = clock.now
      state.withLock { $0.commit(plan, keyTime: keyTime, now: now) }
    }
    return ChangeReceipt(
      of: change.action,
      from: before,
      to: plan?.entry.revision ?? before,
      findings: state.withLock { $0.findings.filter { $0.severity != .error } }
    )
  }

  /// See ``EngineOperations/check(_:)``.
  package func check(_ change: RuleChange) throws(EngineError) -> ChangePreview {
    let before = try newest(for: change)
    let content = try content(for: change.action, newest: before.number)
    let book = state.withLock { $0.book }
    var running = state.withLock { $0.running }
    var after = before
    var findings: [Finding]
    do throws(EngineError) {
      after = try book.preview(of: change, content: content)
      let found = running.findings(on: after.rules)
      findings =
        book.newErrors(in: found, of: &running) + found.filter { $0.severity != .error }
    } catch {
      guard error.code == .refused else { throw error }
      findings = error.findings
    }
    let isRefused = findings.contains { $0.severity == .error }
    let kept = isRefused ? before : after
    return ChangePreview(
      receipt: ChangeReceipt(of: change.action, from: before, to: kept, findings: findings),
      before: before.rules,
      after: kept.rules
    )
  }

  /// See ``EngineOperations/revision(_:)``.
  package func revision(_ number: UInt64?) throws(EngineError) -> Revision {
    let (newest, kept) = state.withLock { state in
      (state.book.newest, number.flatMap { state.book.revision($0) })
    }
    guard let number, number != newest.number else { return newest }
    if let kept { return kept }
    let stored = try fromStore { try $0.revision(number) }
    guard let stored else { throw .notKept(number, newest: newest.number) }
    return stored
  }

  /// See ``EngineOperations/history(before:limit:)``.
  package func history(before: UInt64?, limit: Int) throws(EngineError) -> [RevisionSummary] {
    let limit = max(0, limit)
    if let stored = try fromStore({ try $0.history(before: before, limit: limit) }) {
      return stored
    }
    let kept = state.withLock { $0.book.history }
    let end = kept.lastIndex { $0.number < before ?? .max }.map { $0 + 1 } ?? 0
    return kept[..<end].suffix(limit).reversed().map(\.summary)
  }

  // MARK: Rules of a source

  /// To be called with ``writing`` held; see ``setRules(_:since:title:author:)``.
  func takeOver(
    _ rules: MeshRules,
    since old: MeshRules?,
    title: String,
    author: String
  ) throws(EngineError) -> UInt64 {
    let origin = RuleBook.Origin(author: author, cause: author, time: clock.wall())
    do throws(EngineError) {
      let planned = try state.withLock { (state) throws(EngineError) in
        try state.plan(source: rules, since: old, title: title, origin)
      }
      if let entry = planned.plan?.entry {
        try store(entry)
      } else {
        try storing { try $0.setSourceRules(rules) }
      }
      let now = clock.now
      state.withLock { $0.commit(planned, source: rules, author: author, now: now) }
    } catch {
      let now = clock.now
      state.withLock { $0.noteRefusal(of: title, error, author: author, now) }
      throw error
    }
    return state.withLock { $0.book.newest.number }
  }

  // MARK: Parts of a change

  /// The newest revision, where the change may be made upon it.
  ///
  /// - Throws: `conflict`.
  private func newest(for change: RuleChange) throws(EngineError) -> Revision {
    let newest = state.withLock { $0.book.newest }
    guard let expected = change.expected, expected != newest.number else { return newest }
    let count = newest.number > expected ? newest.number - expected : 0
    let since = try history(before: nil, limit: Int(min(count, 100)))
    throw .conflict(expected: expected, newest: newest.number, since: since.reversed())
  }

  /// The rules that an undo, a redo or a rollback goes back to; nil where they are at hand.
  private func content(
    for action: RuleChange.Action,
    newest: UInt64
  ) throws(EngineError) -> MeshRules? {
    let number: UInt64? =
      switch action {
      case .edit: nil
      case .undo: state.withLock { $0.book.missingContent(for: .undo) }
      case .redo: state.withLock { $0.book.missingContent(for: .redo) }
      case .rollback(let number): number
      }
    guard let number else { return nil }
    return try revision(number).rules
  }

  /// Makes a revision durable.
  ///
  /// - Throws: `notStored`; an event tells it too.
  func store(_ entry: StoredRevision) throws(EngineError) {
    try storing { try $0.append(entry) }
  }

  /// - Throws: `notStored`; an event tells it too.
  func storing(_ body: (any RevisionStore) throws -> Void) throws(EngineError) {
    guard let store = revisionStore else { return }
    do {
      try body(store)
    } catch {
      note(source: "store", text: "\(error)", severity: .error)
      throw EngineError(.notStored, "the change can't be stored, so it was not made: \(error)")
    }
  }

  /// - Returns: What the body returns; nil without a store.
  /// - Throws: `unreachable` where the store can't be read.
  private func fromStore<Result>(
    _ body: (any RevisionStore) throws -> Result?
  ) throws(EngineError) -> Result? {
    guard let store = revisionStore else { return nil }
    do {
      return try body(store)
    } catch {
      throw EngineError(.unreachable, "the store can't be read: \(error)")
    }
  }
}

extension RuleBook {
  /// What a change would make the newest revision, unless the checks say no.
  fileprivate func preview(
    of change: RuleChange,
    content: MeshRules?
  ) throws(EngineError) -> Revision {
    let origin = Origin(author: change.author, cause: change.cause, time: newest.time)
    switch change.action {
    case .edit(let edit):
      let rules = try applying(edit)
      guard rules != newest.rules else { return newest }
      return preview(rules, title: edit.title(in: newest.rules), origin)
    case .undo:
      return try planUndo(origin, content: content).entry.revision
    case .redo:
      return try planRedo(origin, content: content).entry.revision
    case .rollback(let number):
      guard let content, content != newest.rules else { return newest }
      return preview(content, title: "rollback to rev \(number)", origin)
    }
  }

  private func preview(_ rules: MeshRules, title: String, _ origin: Origin) -> Revision {
    Revision(
      number: newest.number + 1,
      rules: rules,
      time: origin.time,
      title: title,
      author: origin.author,
      cause: origin.cause
    )
  }
}

extension ChangeReceipt {
  fileprivate init(
    of action: RuleChange.Action,
    from before: Revision,
    to after: Revision,
    findings: [Finding]
  ) {
    self.init(
      revision: after.number,
      isNew: after.number != before.number,
      title: after.number == before.number ? "nothing changed" : after.title,
      effects: ObjectEffect.effects(of: action, from: before.rules, to: after.rules),
      findings: findings
    )
  }
}

extension ChangeReceipt.ObjectEffect {
  /// Those of the objects that the action names, in its order, then of all others that changed.
  fileprivate static func effects(
    of action: RuleChange.Action,
    from before: MeshRules,
    to after: MeshRules
  ) -> [Self] {
    let old = Dictionary(before.objects.map { ($0.key, $0) }) { first, _ in first }
    let new = Dictionary(after.objects.map { ($0.key, $0) }) { first, _ in first }
    var seen: Set<MeshObjectKey> = []
    let named = action.namedObjects.filter { seen.insert($0).inserted }
    let others = (after.objects + before.objects).map(\.key).filter { key in
      seen.insert(key).inserted && old[key] != new[key]
    }
    return (named + others).compactMap { key in
      let effect: ChangeReceipt.Effect? =
        switch (old[key], new[key]) {
        case (nil, nil): nil
        case (nil, _?): .created
        case (_?, nil): .deleted
        case (let old?, let new?): old == new ? .unchanged : .configured
        }
      return effect.map { Self(key: key, effect: $0) }
    }
  }
}

extension RuleChange.Action {
  fileprivate var namedObjects: [MeshObjectKey] {
    guard case .edit(let edit) = self else { return [] }
    switch edit {
    case .shiftWeight(let address, _, _), .setWeights(let address, _), .evenWeights(let address),
      .setMatches(let address, _), .insertRule(let address, _), .deleteRule(let address),
      .moveRule(let address, _):
      return [MeshObjectKey(kind: .virtualService, name: address.virtualService)]
    case .applyObjects(let objects): return objects.map(\.key)
    case .deleteObjects(let keys): return keys
    case .replaceRules: return []
    }
  }
}

extension EngineError {
  /// The book went on since the revision that a change was made upon.
  fileprivate static func conflict(
    expected: UInt64,
    newest: UInt64,
    since: [RevisionSummary]
  ) -> EngineError {
    let begin = "the change was made upon rev \(expected), "
    guard expected < newest else {
      return EngineError(.conflict, begin + "which isn't there; rev \(newest) is the newest")
    }
    let told = since.suffix(3).map { "rev \($0.number) by \($0.author): \($0.title)" }
    let count = newest - expected
    let more = count > UInt64(told.count) ? "\(count) revisions since, the last " : ""
    return EngineError(
      .conflict,
      begin + "but rev \(newest) is the newest: \(more)\(told.joined(separator: "; "))",
      since: since
    )
  }
}
