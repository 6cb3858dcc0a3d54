package import MeshModel
package import MeshPicture
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
  /// What ``inventory`` is made of.
  var running: RunningInventory
  /// What runs under the newest rules.
  package private(set) var inventory: MeshInventory
  /// What the rules' source, such as files, said when it was last taken over; nil where none was.
  package var sourceRules: MeshRules?
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
  let tables = RouteTables()
  var rulePictures = RulePictureCache()
  /// The newest that was built.
  package private(set) var newestSet: SnapshotSet?
  private var hasUnbuiltPush = false
  /// Whether ``probe`` is that of the newest revision.
  private var isProbed = false
  /// Whether what ``probe`` can show is yet to be found out.
  var mustJudgeProbe = false

  /// Starts with these rules as revision 1.
  ///
  /// `storeLimit` is how many revisions a store keeps; nil where there is none.
  ///
  /// - Throws: `refused` where the checks find an error in them.
  package init(
    meshName: String,
    boot: String,
    rules: MeshRules,
    title: String,
    inventory: MeshInventory,
    builder: SnapshotBuilder = SnapshotBuilder(),
    storeLimit: Int? = nil,
    now: Moment
  ) throws(EngineError) {
    let first = Revision(
      number: 1,
      rules: rules,
      time: now.wall,
      title: title,
      author: "engine",
      cause: "start"
    )
    self.init(
      meshName: meshName,
      boot: boot,
      book: RuleBook(
        newest: first,
        isStored: storeLimit != nil,
        limit: storeLimit ?? RuleBook.limit
      ),
      inventory: inventory,
      builder: builder,
      now: now
    )
    let errors = findings.filter { $0.severity == .error }
    if let error = EngineError(refusedFor: errors) { throw error }
    sourceRules = rules
    events.add(.info, "engine", "rev 1: \(title)", at: now.wall)
  }

  /// Starts with a rule book, whatever the checks say of its newest revision.
  package init(
    meshName: String,
    boot: String,
    book: RuleBook,
    inventory: MeshInventory,
    builder: SnapshotBuilder = SnapshotBuilder(),
    now: Moment
  ) {
    self.meshName = meshName
    self.boot = boot
    self.builder = builder
    self.book = book
    running = RunningInventory(hosted: inventory)
    running.keep(book.newest.rules)
    self.inventory = running.inventory(under: book.newest.rules)
    findings = running.findings(on: book.newest.rules)
    clocks = RevisionClocks(
      revision: book.newest.number,
      push: 1,
      keyTime: now.monotonic,
      accepted: now.monotonic
    )
    _ = addPush()
  }

  // MARK: Rules

  /// Makes a planned revision the newest, for the next push.
  package mutating func commit(_ plan: RuleBook.Plan, keyTime: MonotonicTime, now: Moment) {
    book.commit(plan)
    running.keep(book.newest.rules)
    replaceInventory(running.inventory(under: book.newest.rules), at: now.wall)
    beginRevision(keyTime: keyTime, now: now)
  }

  private mutating func beginRevision(keyTime: MonotonicTime, now: Moment) {
    let revision = book.newest
    // What runs may have changed since the revision was planned.
    findings = running.findings(on: revision.rules)
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
    running.hosted = inventory
    updateInventory(now)
  }

  /// See ``MeshEngine/setUnhealthy(_:)``.
  package mutating func setUnhealthy(_ endpoints: Set<EndpointAddress>, now: Moment) {
    running.unhealthy = endpoints
    updateInventory(now)
  }

  /// Lets what runs now be published under the same rules, where it is another than before.
  private mutating func updateInventory(_ now: Moment) {
    let rules = book.newest.rules
    guard replaceInventory(running.inventory(under: rules), at: now.wall) else { return }
    findings = running.findings(on: rules)
    for end in addPush() { noteDriftEnd(end, at: now.wall) }
  }

  /// - Returns: Whether it is another one than before.
  @discardableResult
  private mutating func replaceInventory(_ new: MeshInventory, at time: Timestamp) -> Bool {
    guard new != inventory else { return false }
    noteChanges(to: new, at: time)
    inventory = new
    return true
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
      EffectProbe(
        old: $0,
        new: set[.grpc],
        rules: push.mesh.rules,
        services: ports,
        tables: tables
      )
    }
    mustJudgeProbe = true
    notePush(of: push.revision, at: now.wall)
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
