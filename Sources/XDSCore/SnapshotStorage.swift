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
  }

  /// A cluster that an earlier snapshot had.
  struct Removal: Sendable {
    let resource: Resource
    /// The serial of the first snapshot without it.
    let serial: UInt64
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
  /// Route names to rules, by route configuration.
  let origins: [String: [String: RuleAddress]]
  let notes: [SnapshotNote]
  /// Oldest first, bounded.
  let removedClusters: [Removal]
  let reportsLoad: Bool

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
    origins: [String: [String: RuleAddress]],
    notes: [SnapshotNote],
    removedClusters: [Removal],
    reportsLoad: Bool
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
    self.notes = notes
    self.removedClusters = removedClusters
    self.reportsLoad = reportsLoad
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

  /// What to say of a name that the mesh doesn't have.
  func placeholder(_ type: ResourceType, named name: String) -> Resource? {
    switch type {
    case .cluster:
      return .cluster(Cluster(name: name, reportsLoad: reportsLoad))
    case .endpoints:
      return .endpoints(ClusterLoadAssignment(clusterName: name, localities: []))
    case .routeConfiguration:
      return .routeConfiguration(RouteConfiguration(name: name, virtualHosts: []))
    case .listener:
      // With a slash it is the name of a server's own listener, which an API listener can't be.
      guard !name.contains("/") else { return nil }
      let target = DialTarget(name)
      let host = HostName(target.host, inNamespace: "default")
      let port = target.port.map(String.init) ?? ""
      return .listener(Listener(name: name, routeConfigurationName: "outbound|\(port)||\(host)"))
    }
  }

  func rule(forRoute routeName: String, authority: String) -> RuleAddress? {
    guard let port = hosts.find(authority) else { return nil }
    return origins[profile.routeConfigurationName(port)]?[routeName]
  }

  private func canonicalListener(_ name: String) -> String? {
    hosts.find(name).map(profile.listenerName)
  }
}
