package import MeshModel

/// What runs: what the host of the engine runs, and what the book's entries tell of, with the health
/// that checks found.
package struct RunningInventory: Sendable {
  /// What runs without any entry, such as the processes of a local mesh.
  var hosted: MeshInventory
  /// Endpoints whose checks failed.
  var unhealthy: Set<EndpointAddress> = []
  private var serviceEntries: [ServiceEntry] = []
  private var workloadEntries: [WorkloadEntry] = []
  /// What the entries above come to.
  private var resolution = InventoryResolution(serviceEntries: [], workloadEntries: [])

  /// Remembers what it said of the rules that it saw last.
  private var checks = RuleChecks()

  package init(hosted: MeshInventory) {
    self.hosted = hosted
  }

  /// Resolves the entries of rules, for all later questions about them.
  mutating func keep(_ rules: MeshRules) {
    guard !isKept(rules) else { return }
    resolution = InventoryResolution(
      serviceEntries: rules.serviceEntries,
      workloadEntries: rules.workloadEntries
    )
    serviceEntries = rules.serviceEntries
    workloadEntries = rules.workloadEntries
  }

  /// What runs under these rules.
  func inventory(under rules: MeshRules) -> MeshInventory {
    hosted.joined(with: resolution(of: rules).inventory).marking(unhealthy: unhealthy)
  }

  /// Those that no entry calls unhealthy or draining.
  func endpointsToCheck(under rules: MeshRules) -> Set<EndpointAddress> {
    let all = hosted.joined(with: resolution(of: rules).inventory)
    return Set(all.workloads.lazy.filter { $0.health == .healthy }.map(EndpointAddress.init))
  }

  /// What the checks say of rules and of their entries: errors first, then warnings.
  package mutating func findings(on rules: MeshRules) -> [Finding] {
    checks.findings(on: rules, inventory: inventory(under: rules))
  }

  private func resolution(of rules: MeshRules) -> InventoryResolution {
    var other = self
    other.keep(rules)
    return other.resolution
  }

  /// Comparing costs nothing where both share their storage.
  private func isKept(_ rules: MeshRules) -> Bool {
    rules.serviceEntries == serviceEntries && rules.workloadEntries == workloadEntries
  }
}

extension MeshInventory {
  /// The same with services and workloads of entries.
  ///
  /// Of a host that both have, the service here counts, and the workloads of both serve it.
  fileprivate func joined(with entries: MeshInventory) -> MeshInventory {
    guard !entries.services.isEmpty else { return self }
    guard !services.isEmpty || !workloads.isEmpty else { return entries }
    var joined = self
    let hosts = Set(services.map(\.host))
    joined.services += entries.services.filter { !hosts.contains($0.host) }
    var ids = Set(workloads.map(\.id))
    for var workload in entries.workloads {
      while !ids.insert(workload.id).inserted { workload.id += "+" }
      joined.workloads.append(workload)
    }
    return joined
  }

  /// The same with what health checks found; what an entry says against an endpoint stands.
  fileprivate func marking(unhealthy endpoints: Set<EndpointAddress>) -> MeshInventory {
    guard !endpoints.isEmpty else { return self }
    var inventory = self
    for (index, workload) in workloads.enumerated()
    where workload.health == .healthy && endpoints.contains(EndpointAddress(workload)) {
      inventory.workloads[index].health = .unhealthy
    }
    return inventory
  }
}
