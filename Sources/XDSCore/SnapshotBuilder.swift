package import MeshModel

/// Translates a mesh into the resources that clients of a profile understand, as Istio does.
///
/// A route is named after its rule: `HTTPRoute.name`, else `rule-N` with N from 1; then `.` and the
/// match's name where it has one. Where that would repeat within a virtual host, `#2`, `#3` and so
/// on follow. ``Snapshot/rule(forRoute:authority:)`` leads back.
///
/// Every cluster that a route refers to exists: one of a subset, service or port that the mesh
/// doesn't have is without endpoints, so that calls to it fail at once.
package struct SnapshotBuilder: Hashable, Sendable {
  /// Whether clusters ask their clients for load reports, where those take it from there; a proxy's
  /// bootstrap asks otherwise.
  package var reportsLoad: Bool
  /// The cluster to which a proxy sends its access log; nil where it is to send none.
  ///
  /// It is the control plane as the proxy's bootstrap names it: a proxy refuses listeners that name a
  /// cluster it doesn't have.
  package var accessLogCluster: String?

  package init(reportsLoad: Bool = false, accessLogCluster: String? = "xds-grpc") {
    self.reportsLoad = reportsLoad
    self.accessLogCluster = accessLogCluster
  }

  func reportsLoad(_ profile: NodeProfile) -> Bool { reportsLoad && profile.reportsLoadByCluster }

  /// Builds a snapshot; never fails: what it can't express is left out and told in
  /// ``Snapshot/notes``.
  ///
  /// - Parameters:
  ///   - mesh: The rules, which should be valid, and what runs.
  ///   - profile: Whose clients it is for.
  ///   - boot: The engine run's ID: letters and digits.
  ///   - revision: That of the rules. It never falls, and may repeat when only the inventory
  ///     changed.
  ///   - previous: The snapshot before this one: what is equal keeps its versions, and services
  ///     whose rules and workloads are as before are not translated again.
  /// - Returns: The snapshot.
  package func build(
    mesh: Mesh,
    profile: NodeProfile,
    boot: String,
    revision: UInt64,
    previous: Snapshot?
  ) -> Snapshot {
    build(
      MeshLookup(mesh).inputs(for: mesh.inventory.services),
      services: mesh.inventory.services,
      profile: profile,
      boot: boot,
      revision: revision,
      previous: previous
    )
  }

  /// As above, of what was looked up already: the same for every profile.
  func build(
    _ inputs: [ServiceInput],
    services: [MeshService],
    profile: NodeProfile,
    boot: String,
    revision: UInt64,
    previous: Snapshot?
  ) -> Snapshot {
    let old = comparable(previous, profile: profile, boot: boot)
    let hasSameServices = old?.services == services
    let hosts = (hasSameServices ? old?.hosts : nil) ?? HostIndex(services)
    var assembly = SnapshotAssembly(
      profile: profile,
      boot: boot,
      revision: revision,
      services: services,
      hosts: hosts,
      settings: self,
      previous: old
    )
    for input in inputs {
      // A destination's port may depend on any service's ports, hence the whole list.
      if hasSameServices, let same = old?.translations[input.service.host], same.input == input {
        assembly.keep(same)
      } else {
        assembly.add(
          ServiceTranslation(
            input,
            profile: profile,
            hosts: hosts,
            reportsLoad: reportsLoad(profile)
          )
        )
      }
    }
    return Snapshot(assembly.finish())
  }

  private func comparable(
    _ previous: Snapshot?,
    profile: NodeProfile,
    boot: String
  ) -> SnapshotStorage? {
    guard let storage = previous?.storage, storage.boot == boot, storage.profile == profile,
      storage.settings == self
    else { return nil }
    return storage
  }
}
