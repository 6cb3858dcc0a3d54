package import MeshModel

/// A mesh by host: which VirtualService, subsets, traffic policy and workloads apply to each.
package struct MeshLookup: Sendable {
  private var virtualServices: [HostName: EffectiveVirtualService] = [:]
  /// Suffixes such as `.example.com` (empty for `*`), longest first.
  private var wildcards: [(suffix: String, virtualService: EffectiveVirtualService)] = []
  private var policies: [HostName: HostPolicy] = [:]
  private var policyWildcards: [(suffix: String, policy: HostPolicy)] = []
  private let workloads: [HostName: [Workload]]
  /// Whether any traffic policy chooses endpoints by a hash.
  private let hasHashes: Bool

  package init(_ mesh: Mesh) {
    workloads = Dictionary(grouping: mesh.inventory.workloads, by: \.host)
    hasHashes = mesh.rules.destinationRules.contains(where: \.hashes)
    for virtualService in mesh.rules.effectiveVirtualServicesWithOrigins {
      insert(virtualService)
    }
    // Of equally long ones the first in the book.
    wildcards.sort { $0.suffix.utf8.count > $1.suffix.utf8.count }
    for rule in mesh.rules.destinationRules { insert(rule) }
    policyWildcards.sort { $0.suffix.utf8.count > $1.suffix.utf8.count }
  }

  /// All that is known of each service's host; of equal hosts the first service's.
  func inputs(for services: [MeshService]) -> [ServiceInput] {
    var seen: Set<HostName> = []
    return services.filter { seen.insert($0.host).inserted }.map(input)
  }

  func input(for service: MeshService) -> ServiceInput {
    let virtualService = effective(for: service.host)
    return ServiceInput(
      service: service,
      virtualService: virtualService?.service,
      origins: virtualService.flatMap(delegations) ?? [],
      policy: policy(for: service.host),
      hashingPolicies: hashingPolicies(for: service.host, virtualService?.service),
      workloads: (workloads[service.host] ?? []).sorted {
        ($0.address, $0.port) < ($1.address, $1.port)
      }
    )
  }

  /// The first that names the host, else the one with the longest wildcard that covers it; with what
  /// it delegates put in place.
  package func virtualService(for host: HostName) -> VirtualService? {
    effective(for: host)?.service
  }

  /// Where each rule of the host's VirtualService comes from, in order.
  package func origins(for host: HostName) -> [EffectiveVirtualService.Origin] {
    effective(for: host)?.origins ?? []
  }

  /// The subsets that DestinationRules define for the host, in their order.
  package func subsets(of host: HostName) -> [Subset] { policy(for: host).subsets }

  /// Whether the DestinationRules define the same subsets for every host.
  package func hasSameSubsets(as other: MeshLookup) -> Bool {
    policies.mapValues(\.subsets) == other.policies.mapValues(\.subsets)
      && policyWildcards.map(\.suffix) == other.policyWildcards.map(\.suffix)
      && policyWildcards.map(\.policy.subsets) == other.policyWildcards.map(\.policy.subsets)
  }

  /// What the DestinationRules of the host say; else those with the longest wildcard that covers it.
  func policy(for host: HostName) -> HostPolicy {
    policies[host]
      ?? policyWildcards.first { host.description.hasSuffix($0.suffix) }?.policy ?? HostPolicy()
  }

  private func effective(for host: HostName) -> EffectiveVirtualService? {
    virtualServices[host]
      ?? wildcards.first { host.description.hasSuffix($0.suffix) }?.virtualService
  }

  /// nil where no rule is a delegate's.
  private func delegations(
    _ virtualService: EffectiveVirtualService
  ) -> [EffectiveVirtualService.Origin]? {
    virtualService.origins.contains { $0.delegate != nil } ? virtualService.origins : nil
  }

  private func hashingPolicies(
    for host: HostName,
    _ virtualService: VirtualService?
  ) -> [HostName: HostPolicy] {
    guard hasHashes else { return [:] }
    var hosts: Set<HostName> = [host]
    if let virtualService {
      let names = Set(virtualService.http.lazy.flatMap(\.destinations).map(\.host))
      hosts.formUnion(names.map { HostName($0, inNamespace: virtualService.name.namespace) })
    }
    var result: [HostName: HostPolicy] = [:]
    for host in hosts {
      let policy = policy(for: host)
      if policy.hashes { result[host] = policy }
    }
    return result
  }

  private mutating func insert(_ virtualService: EffectiveVirtualService) {
    guard virtualService.service.isForMesh else { return }
    for host in virtualService.service.hosts {
      if host.hasPrefix("*") {
        wildcards.append((String(host.dropFirst()).lowercased(), virtualService))
        continue
      }
      let name = HostName(host, inNamespace: virtualService.service.name.namespace)
      if virtualServices[name] == nil { virtualServices[name] = virtualService }
    }
  }

  private mutating func insert(_ rule: DestinationRule) {
    guard rule.host.hasPrefix("*") else {
      let host = HostName(rule.host, inNamespace: rule.name.namespace)
      return policies[host, default: HostPolicy()].add(rule)
    }
    let suffix = String(rule.host.dropFirst()).lowercased()
    if let index = policyWildcards.firstIndex(where: { $0.suffix == suffix }) {
      return policyWildcards[index].policy.add(rule)
    }
    var policy = HostPolicy()
    policy.add(rule)
    policyWildcards.append((suffix, policy))
  }
}

/// What one service's resources are made from, beside the ports of all services.
struct ServiceInput: Hashable, Sendable {
  let service: MeshService
  /// The VirtualService that applies; nil for the default route.
  let virtualService: VirtualService?
  /// Where its rules come from; empty where each is its own.
  let origins: [EffectiveVirtualService.Origin]
  let policy: HostPolicy
  /// Those of the hosts that its rules send calls to which choose endpoints by a hash.
  let hashingPolicies: [HostName: HostPolicy]
  /// In the order of address and port, so that the order they were found in changes nothing.
  let workloads: [Workload]
}
