internal import MeshModel

/// An endpoint that is asked for its health.
struct HealthTarget: Hashable, Sendable, CustomStringConvertible {
  let address: String
  let port: UInt16

  init(address: String, port: UInt16) {
    self.address = address
    self.port = port
  }

  init(_ workload: Workload) {
    self.init(address: workload.address, port: workload.port)
  }

  var description: String {
    address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}

extension MeshInventory {
  /// The endpoints to ask; those that a file calls unhealthy or draining aren't asked.
  var healthTargets: Set<HealthTarget> {
    Set(workloads.lazy.filter { $0.health == .healthy }.map(HealthTarget.init))
  }

  /// The same with what checks found; what a file says against an endpoint stands.
  func marking(unhealthy targets: Set<HealthTarget>) -> MeshInventory {
    guard !targets.isEmpty else { return self }
    var inventory = self
    for index in workloads.indices
    where workloads[index].health == .healthy && targets.contains(HealthTarget(workloads[index])) {
      inventory.workloads[index].health = .unhealthy
    }
    return inventory
  }
}
