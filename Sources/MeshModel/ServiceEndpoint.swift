/// An endpoint of a service, with the name of its WorkloadEntry where it has one.
struct ServiceEndpoint {
  let name: String?
  let endpoint: WorkloadEntry.Endpoint
}

extension WorkloadEntry.Endpoint {
  func number(for port: ServiceEntry.Port) -> UInt16 {
    ports[port.name] ?? port.targetPort ?? port.number
  }
}

extension Workload {
  /// nil where the entry has no port.
  init?(_ served: ServiceEndpoint, of entry: ServiceEntry, host: HostName) {
    guard let first = entry.ports.first else { return nil }
    let endpoint = served.endpoint
    var ports: [UInt16: UInt16] = [:]
    for port in entry.ports.dropFirst() { ports[port.number] = endpoint.number(for: port) }
    self.init(
      id: "",
      host: host,
      address: endpoint.address,
      port: endpoint.number(for: first),
      workloadVersion: endpoint.workloadVersion,
      labels: endpoint.labels,
      health: endpoint.health,
      weight: max(1, endpoint.weight),
      locality: endpoint.locality,
      ports: ports
    )
  }
}
