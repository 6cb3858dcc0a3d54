/// One object of the rule book, or of a file.
package enum MeshObject: Hashable, Sendable {
  case virtualService(VirtualService)
  case destinationRule(DestinationRule)
  case serviceEntry(ServiceEntry)
  case workloadEntry(WorkloadEntry)

  package var kind: MeshObjectKind {
    switch self {
    case .virtualService: .virtualService
    case .destinationRule: .destinationRule
    case .serviceEntry: .serviceEntry
    case .workloadEntry: .workloadEntry
    }
  }

  package var name: ResourceName {
    switch self {
    case .virtualService(let service): service.name
    case .destinationRule(let rule): rule.name
    case .serviceEntry(let entry): entry.name
    case .workloadEntry(let entry): entry.name
    }
  }

  package var key: MeshObjectKey { MeshObjectKey(kind: kind, name: name) }
}

/// What tells an object from every other.
package struct MeshObjectKey: Hashable, Sendable, CustomStringConvertible {
  package var kind: MeshObjectKind
  package var name: ResourceName

  package init(kind: MeshObjectKind, name: ResourceName) {
    self.kind = kind
    self.name = name
  }

  /// Such as `VirtualService default/greeter`.
  package var description: String { "\(kind.rawValue) \(name)" }
}
