import MeshModel
import XDSCore

/// Which workload a call was meant for, and by which port.
extension TrafficTable {
  /// The service and port that calls of a cluster, or to an authority, are meant for.
  struct Aim: Sendable {
    let port: ServicePort
    /// Whether the service has further ports, so that its workloads' calls are counted by port.
    let isOneOfSeveral: Bool

    func place(_ workload: String) -> EndpointTraffic.Place {
      EndpointTraffic.Place(workload: workload, port: isOneOfSeveral ? port.port : nil)
    }
  }

  private static let aimLimit = 4_096

  /// What a call was meant for: what its cluster's name says, else what was dialled.
  mutating func aim(ofCluster cluster: String, service: Int?) -> Aim? {
    if let aim = aim(ofCluster: cluster) { return aim }
    return service.map { aim(at: services[$0].port) }
  }

  /// What a cluster's name says; nil where that is no service of the mesh.
  mutating func aim(ofCluster cluster: String) -> Aim? {
    if lastAim.cluster == cluster { return lastAim.aim }
    let aim: Aim?
    if let known = aims[cluster] {
      aim = known
    } else {
      let port = ClusterName(cluster)?.port
      aim = port.flatMap { places[$0] == nil ? nil : self.aim(at: $0) }
      if aims.count >= TrafficTable.aimLimit { aims.removeAll(keepingCapacity: true) }
      aims[cluster] = .some(aim)
    }
    lastAim = (cluster, aim)
    return aim
  }

  private func aim(at port: ServicePort) -> Aim {
    Aim(port: port, isOneOfSeveral: hostsOfSeveralPorts.contains(port.host))
  }

  /// Counts the calls of a load report for the only workload that they can have been meant for.
  mutating func recordEndpoint(_ load: LoadCount, at time: MonotonicTime?) {
    guard let workload = onlyWorkload(ofCluster: load.cluster) else { return }
    let place =
      aim(ofCluster: load.cluster)?.place(workload) ?? EndpointTraffic.Place(workload: workload)
    endpoints.record(calls: load.calls, failed: load.failed, of: place, at: time)
  }

  /// Counts a call that reached a workload, or was meant to.
  mutating func recordEndpoint(
    _ record: CallRecord,
    _ aim: Aim?,
    workload: Workload,
    at time: MonotonicTime
  ) {
    let isOwn = aim?.port.host == workload.host
    let place =
      isOwn ? aim?.place(workload.id) : EndpointTraffic.Place(workload: workload.id)
    guard let place else { return }
    endpoints.record(failed: record.statusCode == 0 ? 0 : 1, of: place, at: time)
  }

  /// The hosts that have several ports.
  static func hostsOfSeveralPorts(_ inventory: MeshInventory) -> Set<HostName> {
    var ports: [HostName: Set<UInt16>] = [:]
    for service in inventory.services {
      ports[service.host, default: []].formUnion(service.ports.map(\.number))
    }
    return Set(ports.filter { $0.value.count > 1 }.keys)
  }
}
