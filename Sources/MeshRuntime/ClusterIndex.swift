import MeshModel
import XDSCore

/// Which rules send calls to a cluster, by the routes of one push.
struct ClusterIndex: Sendable {
  /// A rule of a service.
  struct Target: Hashable, Sendable {
    /// The service's place in ``TrafficTable/services``.
    let service: Int
    /// The rule's index.
    let rule: Int
  }

  private var targets: [String: [Target]] = [:]
  /// Rules that share a cluster with another: to count those of their calls that went elsewhere
  /// alone would look like drift.
  private var entangled: Set<Target> = []

  init(_ services: [ServicePort], in lookup: MeshLookup) {
    for (service, port) in services.enumerated() {
      for (rule, spec) in RuleSpec.specs(for: port, in: lookup).enumerated() {
        let target = Target(service: service, rule: rule)
        for cluster in spec.usedClusters(of: port) { targets[cluster, default: []].append(target) }
      }
    }
    for sharing in targets.values where sharing.count > 1 { entangled.formUnion(sharing) }
  }

  /// The only rule that sends calls to a cluster; nil where there are several, or none, and where
  /// it sends calls to another cluster that isn't its own alone.
  func onlyTarget(of cluster: String) -> Target? {
    guard let list = targets[cluster], list.count == 1, !entangled.contains(list[0]) else {
      return nil
    }
    return list[0]
  }
}

extension RuleSpec {
  /// The clusters that calls go to by this rule, each once.
  fileprivate func usedClusters(of port: ServicePort) -> Set<String> {
    // The implied rule names subsets only to show them.
    guard virtualService != nil else { return [port.clusterName()] }
    // A single destination gets all, whatever its weight.
    let used = destinations.filter { destinations.count == 1 || $0.weight != 0 }
    return Set(used.map(\.cluster))
  }
}
