import MeshModel
import XDSCore

/// What decides how the responses of one rule should split: two rules that are equal in this, and
/// whose rules before them have equal matches, split alike, so that their responses may be counted
/// together.
struct RuleSpec: Hashable, Sendable {
  /// One destination, with its subset looked up.
  struct Destination: Hashable, Sendable {
    var label: String
    var host: HostName
    /// nil where the subset isn't defined: then no workload belongs to it.
    var labels: [String: String]?
    var cluster: String
    /// nil for a row that nothing was asked of.
    var weight: UInt32?

    func selects(_ workload: Workload) -> Bool {
      guard let labels, workload.host == host else { return false }
      return workload.labels.hasAll(labels)
    }
  }

  /// nil for the implied rule of a host without a VirtualService.
  var virtualService: ResourceName?
  /// With those of the rules before it they say what calls come here.
  var matches: [HTTPMatch]
  var destinations: [Destination]

  /// The specs of a service's rules, in order; one implied rule where no VirtualService steers it.
  static func specs(for service: ServicePort, in lookup: MeshLookup) -> [RuleSpec] {
    guard let virtualService = lookup.virtualService(for: service.host) else {
      return [implied(for: service, in: lookup)]
    }
    return virtualService.http.map { route in
      RuleSpec(
        virtualService: virtualService.name,
        matches: route.matches,
        destinations: route.destinations.map { destination in
          spec(destination, of: virtualService, dialled: service, in: lookup)
        }
      )
    }
  }

  /// Which of the specs are those of `old` still, by index.
  static func unchanged(_ specs: [RuleSpec], since old: [RuleSpec]) -> [Bool] {
    var sameMatches = true
    return specs.indices.map { index in
      guard index < old.count else { return false }
      sameMatches = sameMatches && specs[index].matches == old[index].matches
      return sameMatches && specs[index] == old[index]
    }
  }

  /// A row for each subset, since that is what people want to see, though none was asked for.
  private static func implied(for service: ServicePort, in lookup: MeshLookup) -> RuleSpec {
    let destinations = lookup.subsets(of: service.host).map { subset in
      Destination(
        label: subset.name,
        host: service.host,
        labels: subset.labels,
        cluster: service.clusterName(subset: subset.name)
      )
    }
    return RuleSpec(virtualService: nil, matches: [], destinations: destinations)
  }

  private static func spec(
    _ destination: RouteDestination,
    of virtualService: VirtualService,
    dialled: ServicePort,
    in lookup: MeshLookup
  ) -> Destination {
    let host = HostName(destination.host, inNamespace: virtualService.name.namespace)
    let subset = destination.subset.map { name in
      lookup.subsets(of: host).first { $0.name == name }
    }
    let port = ServicePort(host: host, port: destination.port ?? dialled.port)
    return Destination(
      label: destination.label,
      host: host,
      // No subset asked for: all workloads. One that isn't defined: none.
      labels: subset.map { $0?.labels } ?? [:],
      cluster: port.clusterName(subset: destination.subset),
      weight: destination.weight.value
    )
  }
}
