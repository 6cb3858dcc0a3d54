import MeshModel

/// What a ``Snapshot`` refers to: one object, so that thousands of streams share it.
final class SnapshotStorage: Sendable {
  struct Entry: Sendable {
    let resource: Resource
    /// The serial of the snapshot that brought this content; never 0.
    let stamp: UInt64
  }

  /// All resources of a type.
  struct Table: Sendable {
    let version: ConfigVersion
    /// ``version`` as text, made once.
    let versionText: String
    /// The serial of the snapshot in which anything here last changed.
    let serial: UInt64
    /// Sorted.
    let names: [String]
    let entries: [String: Entry]
    /// What changed in the tables before this one.
    let changes: ChangeLog
    /// The serial of the snapshot in which a name last came.
    let additionSerial: UInt64
  }

  /// A cluster that an earlier snapshot had.
  struct Removal: Sendable {
    let resource: Resource
    /// Its last endpoints; nil where it had none of its own.
    let endpoints: Entry?
    /// The serial of the first snapshot without it.
    let serial: UInt64
    /// The version of the clusters in that snapshot.
    let version: ConfigVersion

    /// Whether a client that returns with clusters of a version may have it.
    func mayBeHeld(at held: ConfigVersion) -> Bool {
      held.boot == version.boot
        && (held.isStep || (held.revision, held.phase) < (version.revision, version.phase))
    }
  }

  let profile: NodeProfile
  let boot: String
  let revision: UInt64
  /// Counts the snapshots of one engine run and profile, from 1.
  let serial: UInt64
  /// The phase of versions that are new in this snapshot; see ``ConfigVersion/phase``.
  let phase: UInt32
  /// By the type's raw value.
  let tables: [Table]
  /// As the mesh lists them.
  let services: [MeshService]
  let hosts: HostIndex
  /// What each service became; the next snapshot is made from the difference.
  let translations: [HostName: ServiceTranslation]
  /// Clusters that routes refer to and no service has.
  let undefinedClusters: Set<String>
  /// Route names to rules.
  let origins: [ServicePort: [String: RuleAddress]]
  let sockets: SocketListeners
  let graveyard: Graveyard
  let notes: [SnapshotNote]
  /// Oldest first, bounded.
  let removedClusters: [Removal]
  let settings: SnapshotBuilder

  init(
    profile: NodeProfile,
    boot: String,
    revision: UInt64,
    serial: UInt64,
    phase: UInt32,
    tables: [Table],
    services: [MeshService],
    hosts: HostIndex,
    translations: [HostName: ServiceTranslation],
    undefinedClusters: Set<String>,
    origins: [ServicePort: [String: RuleAddress]],
    sockets: SocketListeners,
    graveyard: Graveyard,
    notes: [SnapshotNote],
    removedClusters: [Removal],
    settings: SnapshotBuilder
  ) {
    self.profile = profile
    self.boot = boot
    self.revision = revision
    self.serial = serial
    self.phase = phase
    self.tables = tables
    self.services = services
    self.hosts = hosts
    self.translations = translations
    self.undefinedClusters = undefinedClusters
    self.origins = origins
    self.sockets = sockets
    self.graveyard = graveyard
    self.notes = notes
    self.removedClusters = removedClusters
    self.settings = settings
  }

  subscript(type: ResourceType) -> Table { tables[type.rawValue] }

  func resource(_ type: ResourceType, named name: String) -> Resource? {
    if let entry = self[type].entries[name] { return entry.resource }
    guard type == .listener, let canonical = canonicalListener(name),
      case .listener(var listener)? = self[type].entries[canonical]?.resource
    else { return nil }
    listener.name = name
    return .listener(listener)
  }

  /// Changes whenever the content that `name` stands for does; 0 where the mesh has none.
  func stamp(_ type: ResourceType, named name: String) -> UInt64 {
    if let entry = self[type].entries[name] { return entry.stamp }
    guard type == .listener, let canonical = canonicalListener(name),
      let entry = self[type].entries[canonical]
    else { return 0 }
    // An alias may come to mean another host whose listener is as old.
    return (FNV1a(canonical).value ^ entry.stamp) | 1
  }

  /// A resource's own version: `boot-stamp`, `boot-0` for one that the mesh doesn't have.
  func versionText(_ stamp: UInt64) -> String { "\(boot)-\(stamp)" }

  /// What to say of a name that the mesh doesn't have.
  func placeholder(_ type: ResourceType, named name: String) -> Resource? {
    switch type {
    case .cluster:
      guard profile.takesCluster(named: name) else { return nil }
      return .cluster(Cluster(name: name, reportsLoad: settings.reportsLoad(profile)))
    case .endpoints:
      guard profile.takesCluster(named: name) else { return nil }
      return .endpoints(ClusterLoadAssignment(clusterName: name, localities: []))
    case .routeConfiguration:
      guard !profile.needsRoutes else { return nil }
      return .routeConfiguration(RouteConfiguration(name: name, virtualHosts: []))
    case .listener:
      return failingListener(named: name).map(Resource.listener)
    }
  }

  /// A listener for a host that the mesh doesn't have: its routes don't exist either.
  private func failingListener(named name: String) -> Listener? {
    // With a slash it is the name of a server's own listener, which an API listener can't be.
    guard !profile.bindsListeners, !name.contains("/") else { return nil }
    let target = DialTarget(name)
    let host = HostName(target.host, inNamespace: "default")
    guard let number = target.port else {
      return Listener(
        name: name,
        routeConfigurationName: "outbound|||\(host)",
        filters: profile.listenerFilters
      )
    }
    let port = ServicePort(host: host, port: number)
    return Listener(
      name: name,
      routeConfigurationName: profile.routeConfigurationName(port),
      filters: profile.listenerFilters
    )
  }

  // MARK: Calls

  func servicePort(dialled authority: String, cluster: String) -> ServicePort? {
    if let port = hosts.find(authority) { return port }
    if let ports = sockets.ports[authority], ports.count == 1 { return ports[0] }
    return ClusterName(cluster).flatMap { hosts.find("\($0.port.host):\($0.port.port)") }
  }

  func rule(forRoute routeName: String, authority: String, cluster: String) -> RuleAddress? {
    if let port = hosts.find(authority) { return origins[port]?[routeName] }
    var ports = sockets.ports[authority] ?? []
    if ports.isEmpty, let port = ClusterName(cluster)?.port { ports = [port] }
    let rules = Set(ports.compactMap { origins[$0]?[routeName] })
    return rules.count == 1 ? rules.first : nil
  }

  private func canonicalListener(_ name: String) -> String? {
    guard !profile.bindsListeners else { return nil }
    return hosts.find(name).map(profile.listenerName)
  }
}
