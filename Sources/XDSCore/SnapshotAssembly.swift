import MeshModel

/// Puts a snapshot together from the one before it and what changed.
struct SnapshotAssembly {
  /// How many removed clusters are remembered for make-before-break.
  private static let mostRemovals = 1024

  private let profile: NodeProfile
  private let boot: String
  private let revision: UInt64
  private let services: [MeshService]
  private let hosts: HostIndex
  private let settings: SnapshotBuilder
  private let previous: SnapshotStorage?
  private let serial: UInt64

  private var translations: [HostName: ServiceTranslation] = [:]
  /// By the type's raw value; at first as they were.
  private var entries: [[String: SnapshotStorage.Entry]]
  private var changed: Set<ResourceType> = []
  /// The names that came, changed or went, by the type's raw value.
  private var changedNames: [[String]] = ResourceType.allCases.map { _ in [] }
  /// The types of which a name came.
  private var extended: Set<ResourceType> = []
  /// What was taken out, and perhaps put in again.
  private var taken: [Resource] = []
  private var origins: [ServicePort: [String: RuleAddress]]
  private var graveyard: Graveyard
  private var haveBoundPortsChanged = false

  init(
    profile: NodeProfile,
    boot: String,
    revision: UInt64,
    services: [MeshService],
    hosts: HostIndex,
    settings: SnapshotBuilder,
    previous: SnapshotStorage?
  ) {
    self.profile = profile
    self.boot = boot
    self.revision = revision
    self.services = services
    self.hosts = hosts
    self.settings = settings
    self.previous = previous
    serial = (previous?.serial ?? 0) + 1
    entries = ResourceType.allCases.map { previous?[$0].entries ?? [:] }
    origins = previous?.origins ?? [:]
    graveyard = previous?.graveyard ?? Graveyard()
  }

  private var reportsLoad: Bool { settings.reportsLoad(profile) }

  func has(_ host: HostName) -> Bool { translations[host] != nil }

  /// Takes a service as it was.
  mutating func keep(_ translation: ServiceTranslation) {
    translations[translation.host] = translation
  }

  /// Takes a service that is new or changed.
  mutating func add(_ translation: ServiceTranslation) {
    if let old = previous?.translations[translation.host] { take(old) }
    translations[translation.host] = translation
    for resource in translation.resources { put(resource) }
    haveBoundPortsChanged = haveBoundPortsChanged || !translation.boundPorts.isEmpty
    origins.merge(translation.origins) { _, new in new }
  }

  mutating func finish() -> SnapshotStorage {
    for (host, old) in previous?.translations ?? [:] where !has(host) { take(old) }
    let sockets = addSockets()
    let undefined = addUndefinedClusters()
    let gone = taken.filter { entries[$0.type.rawValue][$0.name] == nil }
    changed.formUnion(gone.map(\.type))
    for resource in gone { changedNames[resource.type.rawValue].append(resource.name) }
    if profile.sendsUnusableEndpoints { bury(gone) }
    let phase = phase()
    return SnapshotStorage(
      profile: profile,
      boot: boot,
      revision: revision,
      serial: serial,
      phase: phase,
      tables: ResourceType.allCases.map { table($0, phase: phase) },
      services: services,
      hosts: hosts,
      translations: translations,
      undefinedClusters: undefined,
      origins: origins,
      sockets: sockets,
      graveyard: graveyard,
      notes: notes() + sockets.notes,
      removedClusters: removedClusters(gone, phase: phase),
      settings: settings
    )
  }

  private mutating func put(_ resource: Resource) {
    let (type, name) = (resource.type, resource.name)
    let resource = profile.sendsUnusableEndpoints ? withGraves(resource) : resource
    if let old = previous?[type].entries[name], old.resource == resource {
      entries[type.rawValue][name] = old
    } else {
      if previous?[type].entries[name] == nil { extended.insert(type) }
      entries[type.rawValue][name] = SnapshotStorage.Entry(resource: resource, stamp: serial)
      changed.insert(type)
      changedNames[type.rawValue].append(name)
    }
  }

  private mutating func take(_ translation: ServiceTranslation) {
    for resource in translation.resources { take(resource) }
    for port in translation.origins.keys { origins[port] = nil }
    haveBoundPortsChanged = haveBoundPortsChanged || !translation.boundPorts.isEmpty
  }

  private mutating func take(_ resource: Resource) {
    entries[resource.type.rawValue][resource.name] = nil
    taken.append(resource)
  }

  /// Makes the bound listeners, which services may share.
  private mutating func addSockets() -> SocketListeners {
    let old = previous?.sockets ?? .none
    guard haveBoundPortsChanged else { return old }
    let listeners = previous?[.listener].entries ?? [:]
    let new = SocketListeners(
      translations.values.flatMap(\.boundPorts),
      hosts: hosts,
      profile: profile,
      accessLogCluster: settings.accessLogCluster
    ) { name in
      guard case .listener(let listener)? = listeners[name]?.resource else { return nil }
      return listener
    }
    for resource in old.resources { take(resource) }
    for resource in new.resources { put(resource) }
    return new
  }

  /// Endpoints that went are kept among the others, as unhealthy.
  private mutating func withGraves(_ resource: Resource) -> Resource {
    guard case .endpoints(let assignment) = resource else { return resource }
    let name = assignment.clusterName
    guard case .endpoints(let old)? = previous?[.endpoints].entries[name]?.resource else {
      return .endpoints(assignment.withTombstones(for: graveyard.open(name)))
    }
    return .endpoints(assignment.withTombstones(for: old.localities.flatMap(\.endpoints)))
  }

  private mutating func bury(_ gone: [Resource]) {
    for case .endpoints(let assignment) in gone {
      guard
        case .endpoints(let old)? = previous?[.endpoints].entries[assignment.clusterName]?
          .resource
      else { continue }
      graveyard.bury(old.localities.flatMap(\.endpoints), of: old.clusterName)
    }
  }

  /// Makes the clusters that routes refer to and no service has; returns their names.
  private mutating func addUndefinedClusters() -> Set<String> {
    let old = previous?.undefinedClusters ?? []
    var names: Set<String> = []
    for translation in translations.values {
      for name in translation.referencedClusters
      where old.contains(name) || entries[ResourceType.cluster.rawValue][name] == nil {
        names.insert(name)
      }
    }
    let defined = old.isEmpty ? [] : Set(translations.values.flatMap(\.clusters))
    names.subtract(defined)
    for name in old where !names.contains(name) && !defined.contains(name) {
      for resource in undefinedCluster(name) { take(resource) }
    }
    for name in names {
      for resource in undefinedCluster(name) { put(resource) }
    }
    return names
  }

  private func undefinedCluster(_ name: String) -> [Resource] {
    [
      .cluster(Cluster(name: name, reportsLoad: reportsLoad)),
      .endpoints(ClusterLoadAssignment(clusterName: name, localities: [])),
    ]
  }

  /// A second snapshot of the same revision needs versions of its own: even ones, since the odd
  /// ones are for the steps in between.
  private func phase() -> UInt32 {
    guard let previous, previous.revision == revision else { return 0 }
    return previous.phase + 2
  }

  private func table(_ type: ResourceType, phase: UInt32) -> SnapshotStorage.Table {
    if let old = previous?[type], !changed.contains(type) { return old }
    let entries = entries[type.rawValue]
    let version = ConfigVersion(boot: boot, revision: revision, phase: phase)
    let old = previous?[type]
    // A first table has no changes; the log begins with it.
    var changes = old?.changes ?? ChangeLog(startingAt: serial)
    if old != nil { changes.append(changedNames[type.rawValue], serial: serial) }
    return SnapshotStorage.Table(
      version: version,
      versionText: version.description,
      serial: serial,
      names: names(entries, like: old),
      entries: entries,
      changes: changes,
      additionSerial: extended.contains(type) ? serial : old?.additionSerial ?? serial
    )
  }

  private func names(
    _ entries: [String: SnapshotStorage.Entry],
    like old: SnapshotStorage.Table?
  ) -> [String] {
    if let old, old.names.count == entries.count, old.names.allSatisfy({ entries[$0] != nil }) {
      return old.names
    }
    return entries.keys.sorted()
  }

  private func notes() -> [SnapshotNote] {
    services.flatMap { translations[$0.host]?.notes ?? [] }
  }

  private func removedClusters(_ gone: [Resource], phase: UInt32) -> [SnapshotStorage.Removal] {
    let clusters = entries[ResourceType.cluster.rawValue]
    let kept = (previous?.removedClusters ?? []).filter { clusters[$0.resource.name] == nil }
    let version = ConfigVersion(boot: boot, revision: revision, phase: phase)
    let new = gone.filter { $0.type == .cluster }.sorted { $0.name < $1.name }.map {
      SnapshotStorage.Removal(
        resource: $0,
        endpoints: lastEndpoints(of: $0),
        serial: serial,
        version: version
      )
    }
    return (kept + new).suffix(Self.mostRemovals)
  }

  private func lastEndpoints(of cluster: Resource) -> SnapshotStorage.Entry? {
    guard case .cluster(let cluster) = cluster else { return nil }
    return previous?[.endpoints].entries[cluster.subscribedEndpointsName]
  }
}
