package import MeshModel

/// All resources for the clients of one profile: consistent, immutable, cheap to copy.
///
/// Each resource has a stamp, which changes when its content does, and each type has a version: that
/// of the snapshot in which any of its content last changed. A stream compares stamps to find out
/// what its client lacks, so an edit of one service is not pushed to the clients of another.
package struct Snapshot: Sendable {
  let storage: SnapshotStorage

  init(_ storage: SnapshotStorage) {
    self.storage = storage
  }

  package var profile: NodeProfile { storage.profile }

  /// The engine run; see ``ConfigVersion/boot``.
  package var boot: String { storage.boot }

  /// The rule book's revision that it was built from.
  package var revision: UInt64 { storage.revision }

  /// What the profile's clients can't do as asked.
  package var notes: [SnapshotNote] { storage.notes }

  /// The version in which content of this type last changed.
  package func version(of type: ResourceType) -> ConfigVersion { storage[type].version }

  /// The resource that a client means by `name`; nil where the mesh has none.
  ///
  /// A Listener is found by any alias of its host, and bears exactly the name asked for.
  package func resource(_ type: ResourceType, named name: String) -> Resource? {
    storage.resource(type, named: name)
  }

  /// What a client that asks for `name` is told: the resource, else one that makes its calls fail at
  /// once rather than after a timer; nil only where silence is right.
  ///
  /// For a host that the mesh doesn't have that is a Listener and a RouteConfiguration without
  /// virtual hosts; for such a cluster, one with an empty ClusterLoadAssignment.
  package func answer(_ type: ResourceType, named name: String) -> Resource? {
    storage.resource(type, named: name) ?? storage.placeholder(type, named: name)
  }

  /// The names that a wildcard stands for, sorted.
  package func names(of type: ResourceType) -> [String] { storage[type].names }

  /// All resources of a type, by name, each with its own version: what config dumps show.
  package func allResources(of type: ResourceType) -> [DeltaResource] {
    let table = storage[type]
    return table.names.compactMap { name in
      table.entries[name].map {
        DeltaResource(
          name: name,
          version: storage.versionText($0.stamp),
          resource: $0.resource
        )
      }
    }
  }

  /// The version of one resource, which changes exactly when its content does; nil where the mesh has
  /// none of the name.
  package func resourceVersion(_ type: ResourceType, named name: String) -> String? {
    let stamp = storage.stamp(type, named: name)
    return stamp == 0 ? nil : storage.versionText(stamp)
  }

  // MARK: Calls

  /// The rule that a route stands for; nil for the default route of a host without a VirtualService,
  /// and where it can't be told.
  ///
  /// - Parameters:
  ///   - routeName: The ``Route/name`` that a call matched.
  ///   - authority: `host:port` as dialled, any alias; or the `address:port` that a proxy listens on.
  ///   - cluster: The cluster that the call went to; of use where the authority says nothing.
  /// - Returns: Where the rule stands in the rules that this snapshot was built from.
  package func rule(
    forRoute routeName: String,
    authority: String,
    cluster: String = ""
  ) -> RuleAddress? {
    storage.rule(forRoute: routeName, authority: authority, cluster: cluster)
  }

  /// The service and port that a call was for; nil if unknown.
  ///
  /// - Parameters:
  ///   - authority: `host:port` as dialled, any alias; or the `address:port` that a proxy listens on,
  ///     unless services share it.
  ///   - cluster: The cluster that the call went to, whose service it is where the authority says
  ///     nothing.
  /// - Returns: The service's port; its rules are those that decided.
  package func servicePort(dialled authority: String, cluster: String = "") -> ServicePort? {
    storage.servicePort(dialled: authority, cluster: cluster)
  }
}

/// One port of a service.
package struct ServicePort: Hashable, Sendable {
  package var host: HostName
  package var port: UInt16

  package init(host: HostName, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Istio's name of a cluster: `outbound|port|subset|host`; without a subset, also that of the
  /// route configuration.
  package func clusterName(subset: String? = nil) -> String {
    "outbound|\(port)|\(subset ?? "")|\(host)"
  }
}
