internal import AdminProtos
package import MeshModel
package import MeshPicture

extension AdminV1.ResourceListing {
  package init(_ listing: ResourceListing) {
    self.init()
    profile = listing.profile
    revision = listing.revision
    entries = listing.entries.map(Entry.init)
    notes = listing.notes
  }
}

extension ResourceListing {
  package init(_ wire: AdminV1.ResourceListing) {
    self.init(
      profile: wire.profile,
      revision: wire.revision,
      entries: wire.entries.map { Entry(type: $0.type, name: $0.name, json: $0.json) },
      notes: wire.notes
    )
  }
}

extension AdminV1.ResourceListing.Entry {
  init(_ entry: ResourceListing.Entry) {
    self.init()
    type = entry.type
    name = entry.name
    json = entry.json
  }
}

extension AdminV1.Inventory {
  package init(_ inventory: MeshInventory) {
    self.init()
    services = inventory.services.map(Service.init)
    workloads = inventory.workloads.map(Workload.init)
  }
}

extension MeshInventory {
  package init(_ wire: AdminV1.Inventory) throws(AdminWireError) {
    self.init(
      services: try wire.services.mapped(MeshService.init),
      workloads: try wire.workloads.mapped(Workload.init)
    )
  }
}

extension AdminV1.Inventory.Service {
  init(_ service: MeshService) {
    self.init()
    host = service.host.description
    ports = service.ports.map { port in
      var wire = AdminV1.Inventory.Port()
      wire.name = port.name
      wire.number = UInt32(port.number)
      return wire
    }
    addresses = service.addresses
  }
}

extension MeshService {
  init(_ wire: AdminV1.Inventory.Service) throws(AdminWireError) {
    self.init(
      host: HostName(wire.host),
      ports: try wire.ports.mapped { (entry) throws(AdminWireError) in
        Port(name: entry.name, number: try port(entry.number, "Port.number"))
      },
      addresses: wire.addresses
    )
  }
}

extension AdminV1.Inventory.Workload {
  init(_ workload: Workload) {
    self.init()
    id = workload.id
    host = workload.host.description
    address = workload.address
    port = UInt32(workload.port)
    workloadVersion = workload.workloadVersion
    labels = workload.labels
    health = .init(workload.health)
    weight = workload.weight
    locality = .init(workload.locality)
    ports = [UInt32: UInt32](workload.ports)
  }
}

extension Workload {
  init(_ wire: AdminV1.Inventory.Workload) throws(AdminWireError) {
    self.init(
      id: wire.id,
      host: HostName(wire.host),
      address: wire.address,
      port: try AdminWire.port(wire.port, "Workload.port"),
      workloadVersion: wire.workloadVersion,
      labels: wire.labels,
      health: try Health(wire.health),
      weight: wire.weight,
      locality: Locality(wire.locality),
      ports: try AdminWire.ports(wire.ports, "Workload.ports")
    )
  }
}

extension [UInt32: UInt32] {
  init(_ ports: [UInt16: UInt16]) {
    self.init(minimumCapacity: ports.count)
    for (key, value) in ports { self[UInt32(key)] = UInt32(value) }
  }
}

extension AdminV1.ProcessAction {
  package init(_ action: ProcessAction) {
    self =
      switch action {
      case .kill: .kill
      case .restart: .restart
      }
  }
}

extension ProcessAction {
  package init(_ wire: AdminV1.ProcessAction) throws(AdminWireError) {
    self =
      switch wire {
      case .kill: .kill
      case .restart: .restart
      case .unspecified, .UNRECOGNIZED: throw .missing("ControlProcessRequest.action")
      }
  }
}
