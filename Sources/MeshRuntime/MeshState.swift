package import MeshModel
import MeshPicture
package import XDSCore

/// All that the engine knows, without a thread, a clock or a socket.
///
/// A change of the rules or the inventory makes a push, which the caller has to take, build and
/// give back: ``takePush()``, then ``built(_:_:now:)``.
package struct MeshState: Sendable {
  /// A set of snapshots to be built.
  package struct Push: Sendable {
    package let boot: String
    /// It stands in config versions and client events; people see revisions.
    package let number: UInt64
    package let revision: UInt64
    package let mesh: Mesh
    let builder: SnapshotBuilder
    /// The set that was built before; what is equal keeps its versions.
    package let previous: SnapshotSet?

    package func build() -> SnapshotSet {
      SnapshotSet(
        mesh: mesh,
        boot: boot,
        revision: number,
        previous: previous,
        builder: builder
      )
    }
  }

  let meshName: String
  let boot: String
  let builder: SnapshotBuilder
  package private(set) var book: RuleBook
  package private(set) var inventory: MeshInventory
  var findings: [Finding]
  var pushes = PushTable()
  var clients = ClientTable()
  var sources = SourceTable()
  var traffic = TrafficTable()
  var calls = CallLog()
  var events = EventLog()
  var clocks: RevisionClocks
  var probe: EffectProbe?
  var processes = ProcessTable()
  /// Where clients reach the xDS server; empty where unknown.
  package var xdsAddress = ""
  var versions = VersionCache()
  /// The newest that was built.
  package private(set) var newestSet: SnapshotSet?
  private var hasUnbuiltPush = false
  /// Whether ``probe`` is that of the newest revision.
  private var isProbed = false
  /// Whether what ``probe`` can show is yet to be found out.
  private var mustJudgeProbe = false

  /// Starts with these rules as revision 1.
  ///
  /// - Throws: The first error that the checks find in them.
  package init(
    meshName: String,
    boot: String,
    rules: MeshRules,
    title: String,
    inventory: MeshInventory,
    builder: SnapshotBuilder = SnapshotBuilder(),
    now: Moment
  ) throws(MeshConfigError) {
    self.meshName = meshName
    self.boot = boot
    self.builder = builder
    self.inventory = inventory
    book = try RuleBook(
      rules: rules,
      inventory: inventory,
      title: title,
      author: "engine",
      time: now.wall
    )
    findings = book.findings ?? []
    clocks = RevisionClocks(
      revision: 1,
      push: 1,
      keyTime: now.monotonic,
      accepted: now.monotonic
    )
    _ = addPush()
    events.add(.info, "engine", "rev 1: \(title)", at: now.wall)
  }

  // MARK: Rules

  /// See ``MeshEngine/apply(_:keyTime:author:)``.
  package mutating func apply(
    _ edit: RuleEdit,
    keyTime: MonotonicTime,
    author: String,
    now: Moment
  ) throws(MeshConfigError) -> UInt64 {
    if try book.apply(edit, inventory: inventory, author: author, time: now.wall) {
      beginRevision(keyTime: keyTime, now: now)
    }
    return book.newest.number
  }

  /// See ``MeshEngine/undo(keyTime:author:)``.
  package mutating func undo(
    keyTime: MonotonicTime,
    author: String,
    now: Moment
  ) throws(MeshConfigError) -> UInt64 {
    try book.undo(author: author, time: now.wall)
    beginRevision(keyTime: keyTime, now: now)
    return book.newest.number
  }

  /// See ``MeshEngine/redo(keyTime:author:)``.
  package mutating func redo(
    keyTime: MonotonicTime,
    author: String,
    now: Moment
  ) throws(MeshConfigError) -> UInt64 {
    try book.redo(author: author, time: now.wall)
    beginRevision(keyTime: keyTime, now: now)
    return book.newest.number
  }

  /// See ``MeshEngine/setRules(_:since:inventory:title:author:)``.
  package mutating func setRules(
    _ rules: MeshRules,
    since old: MeshRules? = nil,
    inventory: MeshInventory?,
    title: String,
    author: String,
    now: Moment
  ) -> Result<UInt64, MeshConfigError> {
    let hasNewInventory = inventory.map { replaceInventory($0, at: now.wall) } ?? false
    let merged =
      old.map { book.newest.rules.merging(from: $0, to: rules) }
      ?? (rules: rules, overridden: [])
    let edit = RuleEdit.replaceRules(merged.rules, title: title)
    do throws(MeshConfigError) {
      let isNew =
        try book.apply(edit, inventory: self.inventory, author: author, time: now.wall)
      for name in merged.overridden {
        let text = "edits of \(name.name) made since are replaced; undo (z) brings them back"
        events.add(.warning, author, text, at: now.wall)
      }
      if isNew { beginRevision(keyTime: now.monotonic, now: now) }
      if !isNew && hasNewInventory { publishInventory(at: now.wall) }
      return .success(book.newest.number)
    } catch {
      events.add(.error, author, "\(title): refused: \(error.message)", at: now.wall)
      if hasNewInventory { publishInventory(at: now.wall) }
      return .failure(error)
    }
  }

  private mutating func beginRevision(keyTime: MonotonicTime, now: Moment) {
    let revision = book.newest
    findings = book.findings ?? revision.rules.findings(inventory: inventory)
    let driftEnds = addPush()
    clocks = RevisionClocks(
      revision: revision.number,
      push: pushes.newest,
      keyTime: keyTime,
      accepted: now.monotonic
    )
    probe = nil
    isProbed = false
    clients.beginRevision()
    let text = "rev \(revision.number): \(revision.title)"
    events.add(.info, revision.author, text, at: now.wall)
    for end in driftEnds { noteDriftEnd(end, at: now.wall) }
  }

  // MARK: Inventory

  /// See ``MeshEngine/setInventory(_:)``.
  package mutating func setInventory(_ inventory: MeshInventory, now: Moment) {
    if replaceInventory(inventory, at: now.wall) { publishInventory(at: now.wall) }
  }

  /// - Returns: Whether it is another one than before.
  private mutating func replaceInventory(_ new: MeshInventory, at time: Timestamp) -> Bool {
    guard new != inventory else { return false }
    noteChanges(to: new, at: time)
    inventory = new
    return true
  }

  /// Lets what runs now be published under the same rules.
  private mutating func publishInventory(at time: Timestamp) {
    findings = book.newest.rules.findings(inventory: inventory)
    for end in addPush() { noteDriftEnd(end, at: time) }
  }

  private mutating func noteChanges(to inventory: MeshInventory, at time: Timestamp) {
    let old = Dictionary(self.inventory.workloads.map { ($0.id, $0) }) { first, _ in first }
    let new = Dictionary(inventory.workloads.map { ($0.id, $0) }) { first, _ in first }
    for workload in inventory.workloads {
      guard let before = old[workload.id] else {
        let text = "\(workload.workloadVersion) is ready at \(workload.hostPort)"
        events.add(.info, workload.id, text, at: time)
        continue
      }
      if before.hostPort != workload.hostPort {
        events.add(.info, workload.id, "moved to \(workload.hostPort)", at: time)
      }
      if before.health != workload.health {
        let severity: EventPicture.Severity = workload.health == .healthy ? .info : .warning
        events.add(severity, workload.id, "is \(workload.health.rawValue)", at: time)
      }
    }
    for workload in self.inventory.workloads where new[workload.id] == nil {
      events.add(.warning, workload.id, "gets no more calls", at: time)
    }
  }

  // MARK: Publishing

  /// The newest push, if it is yet to be built; those before it are left out.
  package mutating func takePush() -> Push? {
    guard hasUnbuiltPush else { return nil }
    hasUnbuiltPush = false
    return Push(
      boot: boot,
      number: pushes.newest,
      revision: book.newest.number,
      mesh: Mesh(rules: book.newest.rules, inventory: inventory),
      builder: builder,
      previous: newestSet
    )
  }

  /// Takes in what a push became; to be called before it goes out.
  package mutating func built(_ set: SnapshotSet, _ push: Push, now: Moment) {
    let before = pushes.newestContent
    pushes.add(set, rules: push.mesh.rules)
    guard push.number == pushes.newest else { return }
    newestSet = set
    traffic.routesUnchanged(since: set[.grpc].version(of: .routeConfiguration).revision)
    guard push.revision == clocks.revision, !isProbed else { return }
    isProbed = true
    let ports = traffic.services.map(\.port)
    probe = before.map {
      EffectProbe(old: $0, new: set[.grpc], rules: push.mesh.rules, services: ports)
    }
    mustJudgeProbe = true
    notePush(of: push.revision, at: now.wall)
  }

  /// Finds out whether an effect of the newest revision can show; to be called once its push is out,
  /// since it takes a while where there is much to compare.
  package mutating func judgeProbe() {
    guard mustJudgeProbe else { return }
    mustJudgeProbe = false
    // An effect that was seen meanwhile needs no judging.
    guard clocks.keyToFirstEffect == nil else { return }
    let paths = traffic.services.map { ($0.port, $0.paths) }
    clocks.canShowEffect =
      probe?.canShowEffect(
        paths: Dictionary(uniqueKeysWithValues: paths),
        headers: clients.habits,
        inventory
      ) ?? false
    clocks.canShowEffectByCluster = probe?.canShowEffectByCluster() ?? false
  }

  private mutating func notePush(of revision: UInt64, at time: Timestamp) {
    guard clients.live > 0 else { return }
    let who = clients.live == 1 ? "1 client" : "\(clients.live) clients"
    events.add(.info, "engine", "rev \(revision) goes out to \(who)", at: time)
  }

  /// - Returns: The counts in which drift was found and that end with it.
  private mutating func addPush() -> [ServiceTraffic.DriftEnd] {
    hasUnbuiltPush = true
    let push = pushes.add(revision: book.newest.number)
    let mesh = Mesh(rules: book.newest.rules, inventory: inventory)
    return traffic.update(mesh, push: push)
  }
}
