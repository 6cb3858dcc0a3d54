import MeshModel

@testable import XDSCore

extension SnapshotSet {
  /// The set with other content in these clusters, as far as they exist; their endpoints stay.
  func changing(_ names: [String]) -> SnapshotSet {
    var snapshots: [NodeProfile: Snapshot] = [:]
    for profile in NodeProfile.allCases {
      snapshots[profile] = Snapshot(self[profile].storage.changing(names))
    }
    return SnapshotSet(boot: boot, revision: revision, snapshots: snapshots)
  }
}

extension SnapshotStorage {
  fileprivate func changing(_ names: [String]) -> SnapshotStorage {
    let old = self[.cluster]
    var entries = old.entries
    var changes = old.changes
    let changed = names.filter { entries[$0] != nil }
    for name in changed {
      // The same to every client, and yet not equal.
      let cluster = Cluster(name: name, endpointsName: name)
      entries[name] = Entry(resource: .cluster(cluster), stamp: serial)
    }
    changes.append(changed, serial: serial)
    let version = ConfigVersion(boot: boot, revision: revision, phase: phase)
    var tables = tables
    tables[ResourceType.cluster.rawValue] = Table(
      version: version,
      versionText: version.description,
      serial: serial,
      names: old.names,
      entries: entries,
      changes: changes,
      additionSerial: old.additionSerial
    )
    return SnapshotStorage(
      profile: profile,
      boot: boot,
      revision: revision,
      serial: serial,
      phase: phase,
      tables: tables,
      services: services,
      hosts: hosts,
      translations: translations,
      undefinedClusters: undefinedClusters,
      origins: origins,
      sockets: sockets,
      graveyard: graveyard,
      notes: notes,
      removedClusters: removedClusters,
      settings: settings
    )
  }
}
