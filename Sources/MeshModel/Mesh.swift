/// The operator's intent: what a revision of the rule book holds.
package struct MeshRules: Hashable, Sendable {
  package var virtualServices: [VirtualService]
  package var destinationRules: [DestinationRule]

  package init(
    virtualServices: [VirtualService] = [],
    destinationRules: [DestinationRule] = []
  ) {
    self.virtualServices = virtualServices
    self.destinationRules = destinationRules
  }
}

/// What runs: the services and their workloads, as found, not as wished.
package struct MeshInventory: Hashable, Sendable {
  package var services: [MeshService]
  package var workloads: [Workload]

  package init(services: [MeshService] = [], workloads: [Workload] = []) {
    self.services = services
    self.workloads = workloads
  }
}

/// Rules and inventory together: all that a snapshot is built from.
package struct Mesh: Hashable, Sendable {
  package var rules: MeshRules
  package var inventory: MeshInventory

  package init(rules: MeshRules = MeshRules(), inventory: MeshInventory = MeshInventory()) {
    self.rules = rules
    self.inventory = inventory
  }
}
