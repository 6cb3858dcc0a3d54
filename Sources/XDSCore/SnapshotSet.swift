package import MeshModel

/// One revision's snapshots, one a profile.
package struct SnapshotSet: Sendable {
  package let boot: String
  package let revision: UInt64
  private let snapshots: [NodeProfile: Snapshot]

  /// Builds the snapshots of all profiles.
  ///
  /// - Parameters:
  ///   - mesh: The rules, which should be valid, and what runs.
  ///   - boot: The engine run's ID: letters and digits.
  ///   - revision: That of the rules. It never falls, and may repeat when only the inventory
  ///     changed.
  ///   - previous: The set before this one: what is equal keeps its versions; nil for the first.
  ///   - builder: How to translate.
  package init(
    mesh: Mesh,
    boot: String,
    revision: UInt64,
    previous: SnapshotSet?,
    builder: SnapshotBuilder = SnapshotBuilder()
  ) {
    self.boot = boot
    self.revision = revision
    var snapshots: [NodeProfile: Snapshot] = [:]
    let services = mesh.inventory.services
    let inputs = MeshLookup(mesh).inputs(for: services)
    for profile in NodeProfile.allCases {
      snapshots[profile] = builder.build(
        inputs,
        services: services,
        profile: profile,
        boot: boot,
        revision: revision,
        previous: previous?.snapshots[profile]
      )
    }
    self.snapshots = snapshots
  }

  /// A set of snapshots that are there already, one for each profile.
  init(boot: String, revision: UInt64, snapshots: [NodeProfile: Snapshot]) {
    self.boot = boot
    self.revision = revision
    self.snapshots = snapshots
  }

  package subscript(profile: NodeProfile) -> Snapshot {
    guard let snapshot = snapshots[profile] else {
      preconditionFailure("no snapshot for profile \(profile)")
    }
    return snapshot
  }
}
