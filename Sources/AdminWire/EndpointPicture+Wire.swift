internal import AdminProtos
internal import MeshModel
internal import MeshPicture

extension AdminV1.EndpointPicture {
  init(_ endpoint: EndpointPicture) {
    self.init()
    id = endpoint.id
    if let name = endpoint.host { host = name.description }
    address = endpoint.address
    workloadVersion = endpoint.workloadVersion
    subsets = endpoint.subsets
    health = .init(endpoint.health)
    calls = endpoint.calls
    callsPerSecond = endpoint.callsPerSecond
    failed = endpoint.failed
    if let share = endpoint.recentFailureShare { recentFailureShare = share }
    weight = endpoint.weight
    locality = .init(endpoint.locality)
    ports = [UInt32: UInt32](endpoint.ports)
    for (number, port) in endpoint.byPort { byPort[UInt32(number)] = Port(port) }
    if let picture = endpoint.process { process = .init(picture) }
  }
}

extension EndpointPicture {
  init(_ wire: AdminV1.EndpointPicture) throws(AdminWireError) {
    var byPort: [UInt16: Port] = [:]
    for (number, picture) in wire.byPort {
      byPort[try port(number, "EndpointPicture.by_port")] = Port(picture)
    }
    self.init(
      id: wire.id,
      host: wire.hasHost ? HostName(wire.host) : nil,
      address: wire.address,
      workloadVersion: wire.workloadVersion,
      subsets: wire.subsets,
      health: try Workload.Health(wire.health),
      calls: wire.calls,
      callsPerSecond: wire.callsPerSecond,
      failed: wire.failed,
      recentFailureShare: wire.hasRecentFailureShare ? wire.recentFailureShare : nil,
      weight: wire.weight,
      locality: Locality(wire.locality),
      ports: try AdminWire.ports(wire.ports, "EndpointPicture.ports"),
      byPort: byPort,
      process: wire.hasProcess ? try ProcessPicture(wire.process) : nil
    )
  }
}

extension AdminV1.EndpointPicture.Port {
  init(_ port: EndpointPicture.Port) {
    self.init()
    address = port.address
    calls = port.calls
    callsPerSecond = port.callsPerSecond
    failed = port.failed
    if let share = port.recentFailureShare { recentFailureShare = share }
  }
}

extension EndpointPicture.Port {
  init(_ wire: AdminV1.EndpointPicture.Port) {
    self.init(
      address: wire.address,
      calls: wire.calls,
      callsPerSecond: wire.callsPerSecond,
      failed: wire.failed,
      recentFailureShare: wire.hasRecentFailureShare ? wire.recentFailureShare : nil
    )
  }
}
