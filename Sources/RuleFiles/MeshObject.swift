package import MeshModel

/// One object of a file.
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
}
