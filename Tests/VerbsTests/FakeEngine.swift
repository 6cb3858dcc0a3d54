import MeshModel
import MeshPicture
import Synchronization

/// An engine of a rule book alone: what it shows is what a test sets.
final class FakeEngine: EngineOperations {
  struct State {
    var revisions: [Revision]
    var picture: MeshPicture
    var calls: [CallsBatch] = []
    var explanation: CallExplanation?
    var listings: [String: (before: ResourceListing, after: ResourceListing)] = [:]
    var changes: [RuleChange] = []
    var controlled: [String] = []
    /// Pictures that were handed over.
    var shown = 0
    /// Done once before the next change, as somebody else's.
    var rival: RuleEdit?
    var refusal: EngineError?
  }

  let state: Mutex<State>

  init(rules: MeshRules = MeshRules(), picture: ((inout MeshPicture) -> Void)? = nil) {
    var first = MeshPicture(
      mesh: "local",
      time: .zero,
      revision: RevisionPicture(number: 1, time: .zero, title: "start")
    )
    picture?(&first)
    state = Mutex(
      State(
        revisions: [
          Revision(number: 1, rules: rules, time: .zero, title: "start", author: "engine")
        ],
        picture: first
      )
    )
  }

  var newest: Revision { state.withLock { $0.revisions[$0.revisions.count - 1] } }

  func show(_ change: @escaping (inout MeshPicture) -> Void) {
    state.withLock { change(&$0.picture) }
  }

  func identity() async throws -> EngineIdentity {
    EngineIdentity(
      version: "1.2.3",
      mesh: "local",
      processID: 42,
      started: .zero,
      boot: "b",
      revision: newest.number,
      xdsAddress: "127.0.0.1:15010",
      store: ""
    )
  }

  func pictures(
    _ views: AsyncStream<PictureRequest>
  ) -> AsyncThrowingStream<MeshPicture, any Error> {
    AsyncThrowingStream(unfolding: {
      try await Task.sleep(for: .milliseconds(2))
      return self.state.withLock { state in
        state.shown += 1
        return state.picture
      }
    })
  }

  func change(_ change: RuleChange) async throws -> ChangeReceipt {
    try state.withLock { state in
      if let refusal = state.refusal { throw refusal }
      if let rival = state.rival {
        state.rival = nil
        _ = try Self.make(RuleChange(.edit(rival), author: "rival", cause: "console"), &state)
      }
      state.changes.append(change)
      return try Self.make(change, &state)
    }
  }

  func check(_ change: RuleChange) async throws -> ChangePreview {
    try state.withLock { state in
      if let refusal = state.refusal { throw refusal }
      let before = state.revisions[state.revisions.count - 1].rules
      var copy = State(revisions: state.revisions, picture: state.picture)
      let receipt = try Self.make(change, &copy)
      return ChangePreview(
        receipt: receipt,
        before: before,
        after: copy.revisions[copy.revisions.count - 1].rules
      )
    }
  }

  private static func make(_ change: RuleChange, _ state: inout State) throws -> ChangeReceipt {
    let newest = state.revisions[state.revisions.count - 1]
    if let expected = change.expected, expected != newest.number {
      throw EngineError(
        .conflict,
        "revision \(newest.number) is the newest, not \(expected)",
        since: state.revisions.filter { $0.number > expected }.map(\.summary)
      )
    }
    let rules: MeshRules
    switch change.action {
    case .edit(let edit): rules = try newest.rules.applying(edit)
    case .rollback(let number): rules = state.revisions[Int(number) - 1].rules
    case .undo:
      guard state.revisions.count > 1 else { throw EngineError(.refused, "nothing to undo") }
      rules = state.revisions[state.revisions.count - 2].rules
    case .redo: throw EngineError(.refused, "nothing to redo")
    }
    var keys: [MeshObjectKey] = []
    if case .edit(.applyObjects(let objects)) = change.action { keys = objects.map(\.key) }
    if case .edit(.deleteObjects(let named)) = change.action { keys = named }
    let effects = keys.map { effect(on: $0, from: newest.rules, to: rules) }
    let isNew = rules != newest.rules
    if isNew {
      state.revisions.append(
        Revision(
          number: newest.number + 1,
          rules: rules,
          time: .zero,
          title: "changed",
          author: change.author,
          cause: change.cause
        )
      )
    }
    return ChangeReceipt(
      revision: newest.number + (isNew ? 1 : 0),
      isNew: isNew,
      title: "changed",
      effects: effects
    )
  }

  private static func effect(
    on key: MeshObjectKey,
    from old: MeshRules,
    to new: MeshRules
  ) -> ChangeReceipt.ObjectEffect {
    let before = old.objects.first { $0.key == key }
    let after = new.objects.first { $0.key == key }
    let effect: ChangeReceipt.Effect =
      if before == after { .unchanged } else if before == nil { .created } else if after == nil {
        .deleted
      } else { .configured }
    return .init(key: key, effect: effect)
  }

  func revision(_ number: UInt64?) async throws -> Revision {
    try state.withLock { state in
      guard let number else { return state.revisions[state.revisions.count - 1] }
      guard let found = state.revisions.first(where: { $0.number == number }) else {
        throw EngineError(.notFound, "there is no revision \(number)")
      }
      return found
    }
  }

  func history(before: UInt64?, limit: Int) async throws -> [RevisionSummary] {
    state.withLock { Array($0.revisions.reversed().map(\.summary).prefix(limit)) }
  }

  func explain(_ request: ExplainRequest) async throws -> CallExplanation {
    guard let explanation = state.withLock({ $0.explanation }) else {
      throw EngineError(.notFound, "there is no service \(request.authority)")
    }
    return explanation
  }

  func resources(profile: String, after change: RuleChange?) async throws -> ResourceListing {
    let pair = state.withLock { $0.listings[profile] }
    let empty = ResourceListing(profile: profile, revision: 1, entries: [])
    return (change == nil ? pair?.before : pair?.after) ?? empty
  }

  func inventory() async throws -> MeshInventory { MeshInventory() }

  func calls(_ request: CallsRequest) -> AsyncThrowingStream<CallsBatch, any Error> {
    let batches = state.withLock { $0.calls }
    return AsyncThrowingStream { continuation in
      for batch in batches { continuation.yield(batch) }
      continuation.finish()
    }
  }

  func control(process id: String, _ action: ProcessAction) async throws {
    state.withLock { $0.controlled.append("\(action.rawValue) \(id)") }
  }
}
