package import MeshModel
package import MeshPicture
import Synchronization
package import XDSCore

/// The running mesh: its rule book, what was pushed to whom, and what the responses say of it.
///
/// Every function may be called from any thread and returns without waiting for clients. Changes of
/// the rules or the inventory are turned into snapshots on the caller's thread and handed to
/// `publish` before the function returns, in order, never an older set after a newer one; changes
/// that come while a set is being built share the next one.
package final class MeshEngine: Sendable {
  /// Where the engine gets the time; tests pass their own.
  package struct Clock: Sendable {
    /// Wall-clock time, for people to read.
    package var wall: @Sendable () -> Timestamp
    /// The clock of key times, ``ClientEvent/time`` and all durations.
    package var monotonic: @Sendable () -> MonotonicTime

    package init(
      wall: @escaping @Sendable () -> Timestamp,
      monotonic: @escaping @Sendable () -> MonotonicTime
    ) {
      self.wall = wall
      self.monotonic = monotonic
    }

    var now: Moment { Moment(wall: wall(), monotonic: monotonic()) }
  }

  /// What a process that the engine watches is in the mesh.
  package enum ProcessKind: Hashable, Sendable {
    case client, workload
  }

  let clock: Clock
  private let publish: @Sendable (SnapshotSet) -> Void
  private let onEvent: @Sendable (EventPicture) -> Void
  let state: Mutex<MeshState>
  let facilities = Mutex(Facilities())
  let started: Timestamp
  let revisionStore: (any RevisionStore)?
  /// Held while a change is planned, stored and made, so that each is made upon the one before it;
  /// taken before ``state``, never inside it.
  let writing = Mutex(())
  /// Held while a set is built and handed over, so that sets go out in order; taken before
  /// ``state``, never inside it.
  private let publishing = Mutex(())

  /// Starts with these rules as revision 1, or goes on where the store ends, and publishes the newest.
  ///
  /// Where the store has revisions already, `rules` are what their source (files, or what a local
  /// mesh begins with) says now: only what it changed since it was last taken over becomes a new
  /// revision, and what operators made stays. Stored rules that today's checks would refuse are in
  /// force all the same, and events tell of them.
  ///
  /// - Parameters:
  ///   - meshName: `local`, `sim` or `external`.
  ///   - boot: Tells this run of the engine from every other; letters and digits only.
  ///   - rules: Revision 1, or what the rules' source says now.
  ///   - title: What revision 1 is, for people.
  ///   - inventory: What runs at the start, beside what the rules' entries tell of.
  ///   - builder: How the mesh is translated for clients.
  ///   - clock: The time.
  ///   - store: Where revisions are kept; nil to keep them in memory only.
  ///   - publish: Gets each new set. It must not change rules or inventory itself; everything else
  ///     may be called from it, and ``record(_:)`` is expected to be.
  ///   - onEvent: Gets each event, one at a time, in order, for a log. Everything but changes of
  ///     rules and inventory may be called from it; it should not take long, since it is called on
  ///     the thread of one who changed or recorded something.
  /// - Throws: ``EngineError`` where the checks find an error in revision 1; what the store throws.
  package init(
    meshName: String,
    boot: String,
    rules: MeshRules,
    title: String,
    inventory: MeshInventory,
    builder: SnapshotBuilder = SnapshotBuilder(),
    clock: Clock,
    store: (any RevisionStore)? = nil,
    publish: @escaping @Sendable (SnapshotSet) -> Void,
    onEvent: @escaping @Sendable (EventPicture) -> Void = { _ in }
  ) throws {
    let start = Start(
      meshName: meshName,
      boot: boot,
      rules: rules,
      title: title,
      inventory: inventory,
      builder: builder,
      now: clock.now
    )
    var state = try start.state(store)
    state.events.beginKeeping()
    self.clock = clock
    started = clock.wall()
    revisionStore = store
    self.publish = publish
    self.onEvent = onEvent
    self.state = Mutex(state)
    publishNewest()
  }

  /// Makes an edit of the newest rules the next revision and publishes it.
  ///
  /// - Parameters:
  ///   - edit: What to change.
  ///   - keyTime: When the operator asked for it, for the clocks.
  ///   - author: Who asked.
  /// - Returns: The newest revision's number: the old one where the edit changes nothing.
  /// - Throws: Why it can't be; then nothing changed.
  @discardableResult
  package func apply(
    _ edit: RuleEdit,
    keyTime: MonotonicTime,
    author: String
  ) throws(EngineError) -> UInt64 {
    try change(RuleChange(.edit(edit), author: author), keyTime: keyTime).revision
  }

  /// Makes the content before the newest edit a new revision and publishes it.
  ///
  /// - Throws: `refused` with a finding `nothingToUndo`; `notStored`.
  @discardableResult
  package func undo(keyTime: MonotonicTime, author: String) throws(EngineError) -> UInt64 {
    try change(RuleChange(.undo, author: author), keyTime: keyTime).revision
  }

  /// Makes the content that was undone last a new revision and publishes it.
  ///
  /// - Throws: `refused` with a finding `nothingToRedo`; `notStored`.
  @discardableResult
  package func redo(keyTime: MonotonicTime, author: String) throws(EngineError) -> UInt64 {
    try change(RuleChange(.redo, author: author), keyTime: keyTime).revision
  }

  /// Replaces what runs beside what the rules' entries tell of, and publishes it under the same
  /// revision of the rules.
  ///
  /// Does nothing where it is what was known before.
  package func setInventory(_ inventory: MeshInventory) {
    let now = clock.now
    state.withLock { $0.setInventory(inventory, now: now) }
    publishNewest()
  }

  /// Says which endpoints' health checks failed, whatever tells of the endpoints; replaces what was
  /// said before.
  ///
  /// Endpoints that an entry calls unhealthy or draining stay what they are.
  package func setUnhealthy(_ endpoints: Set<EndpointAddress>) {
    let now = clock.now
    state.withLock { $0.setUnhealthy(endpoints, now: now) }
    publishNewest()
  }

  /// Takes over rules from their source, such as a changed file, and publishes them.
  ///
  /// Rules that are as before make no revision. Where they are refused the old ones stay, and an
  /// event says why.
  ///
  /// - Parameters:
  ///   - rules: The new rules.
  ///   - old: What the same source said before: only what it changed is taken over, and edits of
  ///     other objects stay. nil where the rules replace the whole book.
  ///   - title: What changed, for people.
  ///   - author: Who or what changed it.
  /// - Returns: The newest revision's number.
  /// - Throws: `refused`, `notStored`.
  @discardableResult
  package func setRules(
    _ rules: MeshRules,
    since old: MeshRules? = nil,
    title: String,
    author: String
  ) throws(EngineError) -> UInt64 {
    defer { publishNewest() }
    return try writing.withLock { (_) throws(EngineError) in
      try takeOver(rules, since: old, title: title, author: author)
    }
  }

  /// Takes in what happened on a client's ADS stream.
  package func record(_ event: ClientEvent) {
    let wall = clock.wall()
    update { $0.record(event, wall: wall) }
  }

  /// Takes in finished calls; `dropped` are those that their reporter had to leave out of it.
  package func record(calls: [CallRecord], dropped: UInt64) {
    let now = clock.now
    update { $0.record(calls: calls, dropped: dropped, now: now) }
  }

  /// Takes in what a client told of its load: counts since its report before.
  ///
  /// They count only where nothing better tells of the client's calls (``CallSource``).
  package func record(load report: LoadReport) {
    let now = clock.now
    update { $0.record(load: report, now: now) }
  }

  /// Notes that a client's stream of access log entries or of load reports begins or ends.
  ///
  /// Which of them counts a client's calls depends on it, so that none is counted twice. To be
  /// called before the stream's first entries or reports are handed over, and once at its end.
  package func noteReportStream(source: CallSource, nodeID: String, isOpen: Bool) {
    let now = clock.now
    update { $0.noteReportStream(source, nodeID: nodeID, isOpen: isOpen, now: now) }
  }

  /// Notes how a process is now; its deaths and restarts become events.
  ///
  /// The ID is that of the workload, or the client's name as in its node ID.
  package func noteProcess(id: String, kind: ProcessKind, _ picture: ProcessPicture) {
    let now = clock.now
    update { $0.noteProcess(id: id, kind: kind, picture, now: now) }
  }

  /// Adds an event of the caller's own.
  package func note(source: String, text: String, severity: EventPicture.Severity = .info) {
    let wall = clock.wall()
    update { $0.note(source: source, text: text, severity: severity, wall: wall) }
  }

  /// Notes where clients reach the xDS server, for people: `127.0.0.1:15010`.
  package func noteListening(at address: String) {
    state.withLock { $0.xdsAddress = address }
  }

  /// Takes what the program around the engine knows and does for it; to be called once, early.
  package func lend(_ facilities: Facilities) {
    self.facilities.withLock { $0 = facilities }
  }

  /// Everything that a console shows, as of now, with all calls of the log.
  package func picture() -> MeshPicture {
    let now = clock.now
    return state.withLock { $0.picture(now: now) }
  }

  /// What a viewer's console shows, with at most `callLimit` calls of its filter.
  func picture(for viewer: CallViewerID, callLimit: Int) -> MeshPicture {
    let now = clock.now
    return state.withLock { $0.picture(for: viewer, callLimit: callLimit, now: now) }
  }

  /// What the rules' source said when it was last taken over; nil where none was.
  package var sourceRules: MeshRules? { state.withLock { $0.sourceRules } }

  /// The endpoints that nothing but a health check could tell to be unhealthy: see
  /// ``setUnhealthy(_:)``.
  package var endpointsToCheck: Set<EndpointAddress> {
    let (running, rules) = state.withLock { ($0.running, $0.book.newest.rules) }
    return running.endpointsToCheck(under: rules)
  }

  /// The newest rules.
  package var rules: MeshRules { state.withLock { $0.book.newest.rules } }

  /// What runs, as far as it is known.
  package var inventory: MeshInventory { state.withLock { $0.inventory } }

  /// What was published last.
  package var snapshots: SnapshotSet? { state.withLock { $0.newestSet } }

  private func update(_ body: (inout MeshState) -> Void) {
    let hasEvents = state.withLock { state in
      body(&state)
      return state.events.hasWaiting
    }
    if hasEvents { handOnEvents() }
  }

  /// Gives the events that wait to ``onEvent``, unless another thread is at it, which then takes
  /// these too.
  private func handOnEvents() {
    guard state.withLock({ $0.events.beginHandingOn() }) else { return }
    while let events = state.withLock({ $0.events.takeWaiting() }) {
      for event in events { onEvent(event) }
    }
  }

  func publishNewest() {
    publishing.withLock { _ in
      while let push = state.withLock({ $0.takePush() }) {
        let set = push.build()
        let now = clock.now
        // Before it goes out, since calls routed by it may be reported before `publish` returns.
        state.withLock { $0.built(set, push, now: now) }
        publish(set)
        judgeProbe()
      }
    }
    handOnEvents()
  }
}

extension MeshEngine {
  /// Not under the lock, so that neither calls nor pictures wait for it.
  fileprivate func judgeProbe() {
    guard var judgement = state.withLock({ $0.takeProbeJudgement() }) else { return }
    judgement.judge()
    state.withLock { $0.take(judgement) }
  }
}

/// One instant on both clocks.
package struct Moment: Hashable, Sendable {
  package var wall: Timestamp
  package var monotonic: MonotonicTime

  package init(wall: Timestamp, monotonic: MonotonicTime) {
    self.wall = wall
    self.monotonic = monotonic
  }
}
