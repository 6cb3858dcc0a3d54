import MeshModel
import MeshPicture
import Synchronization
import TestSupport

/// An engine that does what a test says, and counts revisions.
final class FakeEngine: EngineOperations {
  struct State {
    var revision: UInt64 = 1
    var changes: [RuleChange] = []
    /// What every question is answered with; nil for an answer.
    var error: EngineError?
    var viewers = 0
    var made = 0
    var actions: [String] = []
  }

  let state = Mutex(State())

  var changes: [RuleChange] { state.withLock { $0.changes } }
  var viewers: Int { state.withLock { $0.viewers } }
  /// Pictures that were made for all viewers.
  var made: Int { state.withLock { $0.made } }

  func fail(with error: EngineError?) {
    state.withLock { $0.error = error }
  }

  private func check() throws {
    if let error = state.withLock({ $0.error }) { throw error }
  }

  func identity() async throws -> EngineIdentity {
    try check()
    return EngineIdentity(
      version: "0.1.0",
      mesh: "fake",
      processID: 4_711,
      started: Timestamp(microseconds: 5),
      boot: "boot",
      revision: state.withLock { $0.revision },
      xdsAddress: "127.0.0.1:15010",
      store: ""
    )
  }

  func pictures(
    _ views: AsyncStream<PictureRequest>
  ) -> AsyncThrowingStream<MeshPicture, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let newest = Recorder<PictureRequest>()
      let task = Task {
        self.state.withLock { $0.viewers += 1 }
        await withTaskGroup(of: Void.self) { group in
          group.addTask { for await view in views { newest.record(view) } }
          group.addTask {
            while (try? await Task.sleep(for: .milliseconds(5))) != nil {
              if let view = newest.all.last { continuation.yield(self.picture(view)) }
            }
          }
          await group.next()
          group.cancelAll()
        }
        self.state.withLock { $0.viewers -= 1 }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// Each with a new large text, so that a viewer who doesn't read holds its stream up.
  private func picture(_ view: PictureRequest) -> MeshPicture {
    state.withLock { state in
      state.made += 1
      let text = String(repeating: "x", count: 20_000) + String(state.made)
      return MeshPicture(
        mesh: "fake",
        time: Timestamp(microseconds: Int64(state.made)),
        revision: RevisionPicture(number: state.revision, time: .zero, title: text),
        calls: CallsPicture(filter: view.callFilter)
      )
    }
  }

  func change(_ change: RuleChange) async throws -> ChangeReceipt {
    try check()
    return try state.withLock { state in
      if let expected = change.expected, expected != state.revision {
        let since = (expected + 1...state.revision).map(Self.summary)
        throw EngineError(.conflict, "revision \(state.revision) is newer", since: since)
      }
      state.changes.append(change)
      state.revision += 1
      return ChangeReceipt(revision: state.revision, isNew: true, title: change.cause)
    }
  }

  func check(_ change: RuleChange) async throws -> ChangePreview {
    let findings = state.withLock { $0.error }?.findings ?? []
    let receipt = ChangeReceipt(revision: 1, isNew: false, title: "", findings: findings)
    return ChangePreview(receipt: receipt, before: MeshRules(), after: MeshRules())
  }

  func revision(_ number: UInt64?) async throws -> Revision {
    try check()
    let newest = state.withLock { $0.revision }
    let number = number ?? newest
    guard number <= newest else {
      throw EngineError(.notFound, "there is no revision \(number); want at most \(newest)")
    }
    return Revision(number: number, rules: MeshRules(), time: .zero, title: "", author: "")
  }

  func history(before: UInt64?, limit: Int) async throws -> [RevisionSummary] {
    try check()
    let first = before ?? state.withLock { $0.revision } + 1
    return (1..<first).reversed().prefix(limit).map(Self.summary)
  }

  private static func summary(_ number: UInt64) -> RevisionSummary {
    RevisionSummary(
      number: number,
      time: .zero,
      title: "the change that led to \(number)",
      author: "somebody",
      cause: "a test"
    )
  }

  func explain(_ request: ExplainRequest) async throws -> CallExplanation {
    try check()
    return CallExplanation(request: request, revision: 1, profile: "grpc", outcome: .routed)
  }

  func resources(profile: String, after change: RuleChange?) async throws -> ResourceListing {
    try check()
    return ResourceListing(profile: profile, revision: change == nil ? 1 : 2, entries: [])
  }

  func inventory() async throws -> MeshInventory {
    try check()
    return MeshInventory(services: [MeshService(host: HostName("a.b"), ports: [])])
  }

  func calls(_ request: CallsRequest) -> AsyncThrowingStream<CallsBatch, any Error> {
    AsyncThrowingStream { continuation in
      for number in 0..<UInt64(request.tail) {
        let record = CallRecord(time: .zero, nodeID: "", authority: "", path: request.filter)
        let row = CallRow(sequence: number, record: record, client: "")
        continuation.yield(CallsBatch(rows: [row]))
      }
      if !request.follows { continuation.finish() }
    }
  }

  func control(process id: String, _ action: ProcessAction) async throws {
    try check()
    state.withLock { $0.actions.append("\(action) \(id)") }
  }
}
