import MeshModel
import MeshPicture
import XDSCore

extension MeshEngine {
  /// How an engine begins.
  struct Start {
    let meshName: String
    let boot: String
    let rules: MeshRules
    let title: String
    let inventory: MeshInventory
    let builder: SnapshotBuilder
    let now: Moment

    /// The state to begin with: revision 1, or that in which the store ends.
    ///
    /// - Throws: ``EngineError`` where revision 1 is refused; what the store throws.
    func state(_ store: (any RevisionStore)?) throws -> MeshState {
      guard let store else { return try firstState() }
      guard let newest = try store.newest() else {
        let state = try firstState(storeLimit: store.limit)
        try store.append(.edit(state.book.newest, sourceRules: rules))
        return state
      }
      var state = resuming(newest, try store.steps(limit: store.limit), in: store)
      let events = "goes on with rev \(newest.number) of the store: \(newest.title)"
      state.events.add(.info, "engine", events, at: now.wall)
      for finding in state.findings where finding.severity == .error {
        let text = "in force as stored, but the checks refuse it: \(finding.message)"
        state.events.add(.error, "engine", text, at: now.wall)
      }
      try takeOverSource(&state, store)
      return state
    }

    private func firstState(storeLimit: Int? = nil) throws(EngineError) -> MeshState {
      try MeshState(
        meshName: meshName,
        boot: boot,
        rules: rules,
        title: title,
        inventory: inventory,
        builder: builder,
        storeLimit: storeLimit,
        now: now
      )
    }

    private func resuming(
      _ newest: Revision,
      _ steps: [StoredRevision.Step],
      in store: any RevisionStore
    ) -> MeshState {
      MeshState(
        meshName: meshName,
        boot: boot,
        book: RuleBook(newest: newest, steps: steps, isStored: true, limit: store.limit),
        inventory: inventory,
        builder: builder,
        now: now
      )
    }

    /// Takes over what the rules' source changed while no engine ran.
    private func takeOverSource(_ state: inout MeshState, _ store: any RevisionStore) throws {
      guard let old = try store.sourceRules() else {
        try store.setSourceRules(rules)
        state.sourceRules = rules
        return
      }
      state.sourceRules = old
      let changes = rules.changes(since: old)
      guard rules != old else { return }
      let what = changes.isEmpty ? "order changed" : changes.joined(separator: ", ")
      let title = "changed before the start: \(what)"
      let origin = RuleBook.Origin(author: "files", cause: "start", time: now.wall)
      do throws(EngineError) {
        let planned = try state.plan(source: rules, since: old, title: title, origin)
        try keep(planned, in: store)
        state.commit(planned, source: rules, author: "files", now: now)
      } catch {
        guard error.code == .refused else { throw error }
        state.noteRefusal(of: title, error, author: "files", now)
      }
    }

    private func keep(
      _ planned: MeshState.SourcePlan,
      in store: any RevisionStore
    ) throws(EngineError) {
      do {
        guard let entry = planned.plan?.entry else { return try store.setSourceRules(rules) }
        try store.append(entry)
      } catch {
        throw EngineError(.notStored, "\(title) can't be stored: \(error)")
      }
    }
  }
}
