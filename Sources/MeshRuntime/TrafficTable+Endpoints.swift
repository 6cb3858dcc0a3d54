import MeshModel
import XDSCore

/// Which workload a call was meant for, and by which port.
extension TrafficTable {
  /// The service and port that calls of a cluster, or to an authority, are meant for.
  struct Aim: Sendable {
    let port: ServicePort
    /// The port by which its workloads' calls are counted; nil where the service has only one.
    let countedPort: UInt16?
  }

  /// What a call was meant for: what its cluster's name says, else what was dialled.
  mutating func aim(ofCluster cluster: String, service: Int?) -> Aim? {
    if let aim = aim(ofCluster: cluster) { return aim }
    return service.map { aim(at: services[$0].port) }
  }

  /// What a cluster's name says; nil where that is no service of the mesh.
  mutating func aim(ofCluster cluster: String) -> Aim? {
    if let known = aims.value(for: cluster) { return known }
    let port = ClusterName(cluster)?.port
    return aims.keep(port.flatMap { places[$0] == nil ? nil : aim(at: $0) }, for: cluster)
  }

  private func aim(at port: ServicePort) -> Aim {
    Aim(port: port, countedPort: hostsOfSeveralPorts.contains(port.host) ? port.port : nil)
  }

  /// Counts the calls of a load report for the only workload that they can have been meant for.
  mutating func recordEndpoint(_ load: LoadCount, at time: MonotonicTime?) {
    guard let workload = onlyWorkload(ofCluster: load.cluster) else { return }
    let port = aim(ofCluster: load.cluster)?.countedPort
    let place = EndpointTraffic.Place(workload: workload, port: port)
    endpoints.record(calls: load.calls, failed: load.failed, of: place, at: time)
  }

  /// Counts a call that reached a workload, or was meant to.
  mutating func recordEndpoint(
    _ record: CallRecord,
    _ aim: Aim?,
    workload: Workload,
    at time: MonotonicTime
  ) {
    let port = aim?.port.host == workload.host ? aim?.countedPort : nil
    let place = EndpointTraffic.Place(workload: workload.id, port: port)
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
