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

  private let clock: Clock
  private let publish: @Sendable (SnapshotSet) -> Void
  private let onEvent: @Sendable (EventPicture) -> Void
  private let state: Mutex<MeshState>
  /// Held while a set is built and handed over, so that sets go out in order; taken before
  /// ``state``, never inside it.
  private let publishing = Mutex(())

  /// Starts with these rules as revision 1 and publishes them.
  ///
  /// - Parameters:
  ///   - meshName: `local`, `sim` or `external`.
  ///   - boot: Tells this run of the engine from every other; letters and digits only.
  ///   - rules: Revision 1.
  ///   - title: What revision 1 is, for people.
  ///   - inventory: What runs at the start.
  ///   - builder: How the mesh is translated for clients.
  ///   - clock: The time.
  ///   - publish: Gets each new set. It must not change rules or inventory itself; everything else
  ///     may be called from it, and ``record(_:)`` is expected to be.
  ///   - onEvent: Gets each event, one at a time, in order, for a log. Everything but changes of
  ///     rules and inventory may be called from it; it should not take long, since it is called on
  ///     the thread of one who changed or recorded something.
  /// - Throws: The first error that the checks find in the rules.
  package init(
    meshName: String,
    boot: String,
    rules: MeshRules,
    title: String,
    inventory: MeshInventory,
    builder: SnapshotBuilder = SnapshotBuilder(),
    clock: Clock,
    publish: @escaping @Sendable (SnapshotSet) -> Void,
    onEvent: @escaping @Sendable (EventPicture) -> Void = { _ in }
  ) throws(MeshConfigError) {
    var state = try MeshState(
      meshName: meshName,
      boot: boot,
      rules: rules,
      title: title,
      inventory: inventory,
      builder: builder,
      now: clock.now
    )
    state.events.beginKeeping()
    self.clock = clock
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
  ) throws(MeshConfigError) -> UInt64 {
    try change { (state, now) throws(MeshConfigError) in
      try state.apply(edit, keyTime: keyTime, author: author, now: now)
    }
  }

  /// Makes the content before the newest edit a new revision and publishes it.
  ///
  /// - Throws: ``MeshConfigError`` with code `nothingToUndo`.
  @discardableResult
  package func undo(keyTime: MonotonicTime, author: String) throws(MeshConfigError) -> UInt64 {
    try change { (state, now) throws(MeshConfigError) in
      try state.undo(keyTime: keyTime, author: author, now: now)
    }
  }

  /// Makes the content that was undone last a new revision and publishes it.
  ///
  /// - Throws: ``MeshConfigError`` with code `nothingToRedo`.
  @discardableResult
  package func redo(keyTime: MonotonicTime, author: String) throws(MeshConfigError) -> UInt64 {
    try change { (state, now) throws(MeshConfigError) in
      try state.redo(keyTime: keyTime, author: author, now: now)
    }
  }

  /// Replaces what runs, and publishes it under the same revision of the rules.
  ///
  /// Does nothing where it is what was known before.
  package func setInventory(_ inventory: MeshInventory) {
    let now = clock.now
    state.withLock { $0.setInventory(inventory, now: now) }
    publishNewest()
  }

  /// Replaces the whole rule book by rules from elsewhere, such as a changed file, and with them
  /// what runs.
  ///
  /// Rules that are as before make no revision. Where they are refused the old ones stay, an event
  /// says why, and what runs is taken over all the same.
  ///
  /// - Parameters:
  ///   - rules: The new rules.
  ///   - old: What the same source said before: only what it changed is taken over, and edits of
  ///     other objects stay. nil where the rules replace the whole book.
  ///   - inventory: What runs now; nil for what was known before.
  ///   - title: What changed, for people.
  ///   - author: Who or what changed it.
  /// - Returns: The newest revision's number.
  /// - Throws: The first error that the checks find in the rules.
  @discardableResult
  package func setRules(
    _ rules: MeshRules,
    since old: MeshRules? = nil,
    inventory: MeshInventory? = nil,
    title: String,
    author: String
  ) throws(MeshConfigError) -> UInt64 {
    let now = clock.now
    let result = state.withLock {
      $0.setRules(rules, since: old, inventory: inventory, title: title, author: author, now: now)
    }
    publishNewest()
    return try result.get()
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

  /// Shows only calls in which all these words are found (``CallFilter``); all for an empty text.
  package func setCallFilter(_ words: String) {
    state.withLock { $0.setCallFilter(words) }
  }

  /// Everything that a console shows, as of now.
  package func picture() -> MeshPicture {
    let now = clock.now
    return state.withLock { $0.picture(now: now) }
  }

  /// The newest rules.
  package var rules: MeshRules { state.withLock { $0.book.newest.rules } }

  /// What runs, as far as it is known.
  package var inventory: MeshInventory { state.withLock { $0.inventory } }

  /// What was published last.
  package var snapshots: SnapshotSet? { state.withLock { $0.newestSet } }

  private func change(
    _ body: (inout MeshState, Moment) throws(MeshConfigError) -> UInt64
  ) throws(MeshConfigError) -> UInt64 {
    let now = clock.now
    let revision = try state.withLock { (state) throws(MeshConfigError) in
      try body(&state, now)
    }
    publishNewest()
    return revision
  }

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

  private func publishNewest() {
    publishing.withLock { _ in
      while let push = state.withLock({ $0.takePush() }) {
        let set = push.build()
        let now = clock.now
        // Before it goes out, since calls routed by it may be reported before `publish` returns.
        state.withLock { $0.built(set, push, now: now) }
        publish(set)
        state.withLock { $0.judgeProbe() }
      }
    }
    handOnEvents()
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
