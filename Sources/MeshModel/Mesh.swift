/// The operator's intent: what a revision of the rule book holds.
package struct MeshRules: Hashable, Sendable {
  package var virtualServices: [VirtualService]
  package var destinationRules: [DestinationRule]
  /// Services and workloads that run anyway; see ``InventoryResolution``.
  package var serviceEntries: [ServiceEntry]
  package var workloadEntries: [WorkloadEntry]

  package init(
    virtualServices: [VirtualService] = [],
    destinationRules: [DestinationRule] = [],
    serviceEntries: [ServiceEntry] = [],
    workloadEntries: [WorkloadEntry] = []
  ) {
    self.virtualServices = virtualServices
    self.destinationRules = destinationRules
    self.serviceEntries = serviceEntries
    self.workloadEntries = workloadEntries
  }

  /// All objects: ServiceEntries, WorkloadEntries, DestinationRules, VirtualServices, each kind in
  /// the book's order.
  package var objects: [MeshObject] {
    serviceEntries.map(MeshObject.serviceEntry) + workloadEntries.map(MeshObject.workloadEntry)
      + destinationRules.map(MeshObject.destinationRule)
      + virtualServices.map(MeshObject.virtualService)
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
