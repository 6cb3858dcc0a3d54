package import MeshModel
package import XDSCore

/// Where the pages' values come from; the closures are called from the server's own thread.
package struct DebugSources: Sendable {
  /// The clients that are connected.
  package var clients: @Sendable () -> [ClientStatus]
  /// What runs.
  package var inventory: @Sendable () -> MeshInventory
  /// The rules in force.
  package var rules: @Sendable () -> MeshRules
  /// What was published last; nil before the first time.
  package var snapshots: @Sendable () -> SnapshotSet?

  package init(
    clients: @escaping @Sendable () -> [ClientStatus],
    inventory: @escaping @Sendable () -> MeshInventory,
    rules: @escaping @Sendable () -> MeshRules,
    snapshots: @escaping @Sendable () -> SnapshotSet?
  ) {
    self.clients = clients
    self.inventory = inventory
    self.rules = rules
    self.snapshots = snapshots
  }
}
