package import MeshModel

/// What one service's resources are made from, beside the ports of all services.
struct ServiceInput: Hashable, Sendable {
  let service: MeshService
  /// The VirtualService that applies; nil for the default route.
  let virtualService: VirtualService?
  let subsets: [Subset]
  /// In the order of address and port, so that the order they were found in changes nothing.
  let workloads: [Workload]
}

/// A mesh by host: which VirtualService, subsets and workloads apply to each.
package struct MeshLookup: Sendable {
  private var virtualServices: [HostName: VirtualService] = [:]
  /// Suffixes such as `.example.com` (empty for `*`), longest first.
  private var wildcards: [(suffix: String, virtualService: VirtualService)] = []
  private var subsetsByHost: [HostName: [Subset]] = [:]
  private let workloads: [HostName: [Workload]]

  package init(_ mesh: Mesh) {
    workloads = Dictionary(grouping: mesh.inventory.workloads, by: \.host)
    for virtualService in mesh.rules.virtualServices { insert(virtualService) }
    wildcards.sort { $0.suffix.utf8.count > $1.suffix.utf8.count }
    for rule in mesh.rules.destinationRules { insert(rule) }
  }

  func input(for service: MeshService) -> ServiceInput {
    ServiceInput(
      service: service,
      virtualService: virtualService(for: service.host),
      subsets: subsets(of: service.host),
      workloads: (workloads[service.host] ?? []).sorted {
        ($0.address, $0.port) < ($1.address, $1.port)
      }
    )
  }

  /// The first that names the host, else the one with the longest wildcard that covers it.
  package func virtualService(for host: HostName) -> VirtualService? {
    virtualServices[host]
      ?? wildcards.first { host.description.hasSuffix($0.suffix) }?.virtualService
  }

  /// The subsets that DestinationRules define for the host, in their order.
  package func subsets(of host: HostName) -> [Subset] { subsetsByHost[host] ?? [] }

  /// Whether the DestinationRules define the same subsets for every host.
  package func hasSameSubsets(as other: MeshLookup) -> Bool {
    subsetsByHost == other.subsetsByHost
  }

  private mutating func insert(_ virtualService: VirtualService) {
    for host in virtualService.hosts {
      if host.hasPrefix("*") {
        wildcards.append((String(host.dropFirst()).lowercased(), virtualService))
        continue
      }
      let name = HostName(host, inNamespace: virtualService.name.namespace)
      if virtualServices[name] == nil { virtualServices[name] = virtualService }
    }
  }

  /// Subsets of all DestinationRules for a host are merged; of equal names the first wins.
  private mutating func insert(_ rule: DestinationRule) {
    let host = HostName(rule.host, inNamespace: rule.name.namespace)
    for subset in rule.subsets
    where !subsetsByHost[host, default: []].contains(where: { $0.name == subset.name }) {
      subsetsByHost[host, default: []].append(subset)
    }
  }
}
