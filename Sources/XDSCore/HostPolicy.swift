import MeshModel

/// What all DestinationRules of a host come to: their subsets together, and the first traffic policy.
struct HostPolicy: Hashable, Sendable {
  /// Of equal names the first.
  private(set) var subsets: [Subset] = []
  /// The DestinationRule of each subset.
  private(set) var owners: [ResourceName] = []
  private(set) var policy: TrafficPolicy?
  /// The DestinationRule of ``policy``.
  private(set) var owner: ResourceName?
  /// DestinationRules that are for some callers only, whose policies are left out.
  private(set) var selective: [ResourceName] = []

  init() {}

  mutating func add(_ rule: DestinationRule) {
    let isForAll = rule.workloadSelector?.isEmpty ?? true
    if !isForAll { selective.append(rule.name) }
    if isForAll, policy == nil, let new = rule.trafficPolicy {
      policy = new
      owner = rule.name
    }
    for var subset in rule.subsets where !subsets.contains(where: { $0.name == subset.name }) {
      if !isForAll { subset.trafficPolicy = nil }
      subsets.append(subset)
      owners.append(rule.name)
    }
  }

  /// Whether any part of it chooses endpoints by a hash.
  var hashes: Bool {
    policy?.hashes ?? false || subsets.contains { $0.trafficPolicy?.hashes ?? false }
  }

  /// What holds for the calls to a port, of a subset or of the whole host (nil).
  ///
  /// A subset's parts win over the host's; what either says of the port takes the place of all else
  /// that it says.
  func settings(port: UInt16, subset: Subset?) -> TrafficPolicy.Settings {
    var result = policy?.settings(port: port) ?? TrafficPolicy.Settings()
    guard let own = subset?.trafficPolicy else { return result }
    if let port = own.ports.first(where: { $0.number == port }) { return port.settings }
    result.loadBalancer = own.settings.loadBalancer ?? result.loadBalancer
    result.connectionPool = own.settings.connectionPool ?? result.connectionPool
    result.outlierDetection = own.settings.outlierDetection ?? result.outlierDetection
    result.tls = own.settings.tls ?? result.tls
    return result
  }

  /// What is hashed for the calls to a port, of a subset or of the whole host (nil).
  func hashKey(port: UInt16, subset: String?) -> ConsistentHash.Key? {
    let subset = subset.flatMap { name in subsets.first { $0.name == name } }
    let algorithm = settings(port: port, subset: subset).loadBalancer?.algorithm
    guard case .consistentHash(let hash)? = algorithm else { return nil }
    return hash.key
  }
}

extension TrafficPolicy {
  fileprivate func settings(port: UInt16) -> Settings {
    ports.first { $0.number == port }?.settings ?? settings
  }

  fileprivate var hashes: Bool {
    ([settings] + ports.map(\.settings)).contains { settings in
      if case .consistentHash? = settings.loadBalancer?.algorithm { true } else { false }
    }
  }
}

extension DestinationRule {
  /// Whether any part of it chooses endpoints by a hash.
  var hashes: Bool {
    trafficPolicy?.hashes ?? false || subsets.contains { $0.trafficPolicy?.hashes ?? false }
  }
}
