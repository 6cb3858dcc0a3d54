internal import AdminProtos
package import MeshModel

extension AdminV1.ResourceName {
  package init(_ name: ResourceName) {
    self.init()
    self.namespace = name.namespace
    self.name = name.name
  }
}

extension ResourceName {
  package init(_ wire: AdminV1.ResourceName) {
    self.init(namespace: wire.namespace, name: wire.name)
  }
}

extension AdminV1.ObjectKey {
  package init(_ key: MeshObjectKey) {
    self.init()
    kind = key.kind.rawValue
    name = .init(key.name)
  }
}

extension MeshObjectKey {
  package init(_ wire: AdminV1.ObjectKey) throws(AdminWireError) {
    self.init(kind: try MeshObjectKind(wire: wire.kind), name: ResourceName(wire.name))
  }
}

extension MeshObjectKind {
  init(wire: String) throws(AdminWireError) {
    guard let kind = MeshObjectKind(rawValue: wire) else {
      let known = MeshObjectKind.allCases.map(\.rawValue).joined(separator: ", ")
      throw AdminWireError("kind is '\(wire)'; want one of \(known)")
    }
    self = kind
  }
}

extension AdminV1.Rules {
  package init(_ rules: MeshRules) {
    self.init(rules.objects)
  }

  package init(_ meshObjects: [MeshObject]) {
    self.init()
    objects = meshObjects.map(AdminV1.Object.init)
  }
}

extension MeshRules {
  package init(_ wire: AdminV1.Rules) throws(AdminWireError) {
    self.init()
    for object in wire.objects {
      switch try MeshObject(object) {
      case .virtualService(let service): virtualServices.append(service)
      case .destinationRule(let rule): destinationRules.append(rule)
      case .serviceEntry(let entry): serviceEntries.append(entry)
      case .workloadEntry(let entry): workloadEntries.append(entry)
      }
    }
  }
}

extension AdminV1.Finding {
  package init(_ finding: Finding) {
    self.init()
    severity =
      switch finding.severity {
      case .error: .error
      case .warning: .warning
      }
    code = finding.code.rawValue
    message = finding.message
    fix = finding.fix
    kind = finding.kind?.rawValue ?? ""
    path = finding.path
    if let name = finding.object { object = .init(name) }
    if let index = finding.rule { rule = Int64(index) }
    if let index = finding.subset { subset = Int64(index) }
  }
}

extension Finding {
  package init(_ wire: AdminV1.Finding) throws(AdminWireError) {
    let severity: Severity =
      switch wire.severity {
      case .error: .error
      case .warning: .warning
      case .unspecified, .UNRECOGNIZED: throw .missing("Finding.severity")
      }
    guard let code = MeshConfigError.Code(rawValue: wire.code) else {
      throw AdminWireError("Finding.code '\(wire.code)' is unknown to this weir")
    }
    self.init(
      severity,
      code,
      wire.message,
      fix: wire.fix,
      kind: wire.kind.isEmpty ? nil : try MeshObjectKind(wire: wire.kind),
      path: wire.path,
      object: wire.hasObject ? ResourceName(wire.object) : nil,
      rule: wire.hasRule ? Int(wire.rule) : nil,
      subset: wire.hasSubset ? Int(wire.subset) : nil
    )
  }
}

extension AdminV1.Header {
  init(_ field: HeaderField) {
    self.init()
    name = field.name
    value = field.value
  }
}

extension HeaderField {
  init(_ wire: AdminV1.Header) {
    self.init(name: wire.name, value: wire.value)
  }
}

extension AdminV1.Locality {
  init(_ locality: Locality) {
    self.init()
    region = locality.region
    zone = locality.zone
    subZone = locality.subZone
  }
}

extension Locality {
  init(_ wire: AdminV1.Locality) {
    self.init(region: wire.region, zone: wire.zone, subZone: wire.subZone)
  }
}

extension AdminV1.Health {
  init(_ health: Workload.Health) {
    self =
      switch health {
      case .healthy: .healthy
      case .unhealthy: .unhealthy
      case .draining: .draining
      }
  }
}

extension Workload.Health {
  init(_ wire: AdminV1.Health) throws(AdminWireError) {
    self =
      switch wire {
      case .healthy: .healthy
      case .unhealthy: .unhealthy
      case .draining: .draining
      case .unspecified, .UNRECOGNIZED: throw .missing("health")
      }
  }
}
