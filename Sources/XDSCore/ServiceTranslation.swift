import MeshModel

/// One service's clusters, endpoints, listeners and route configurations.
struct ServiceTranslation: Sendable {
  let input: ServiceInput
  private(set) var resources: [Resource] = []
  /// The clusters among the resources.
  private(set) var clusters: [String] = []
  /// The clusters that its routes send calls to, of whatever service.
  private(set) var referencedClusters: [String] = []
  /// Route names to rules, by route configuration.
  private(set) var origins: [String: [String: RuleAddress]] = [:]
  private(set) var notes: [SnapshotNote] = []

  private let reportsLoad: Bool

  init(_ input: ServiceInput, profile: NodeProfile, hosts: HostIndex, reportsLoad: Bool) {
    self.input = input
    self.reportsLoad = reportsLoad
    let usable = input.workloads.filter { profile.sendsUnusableEndpoints || $0.health == .healthy }
    let whole = Self.localities(of: usable)
    let parts = input.subsets.map { subset in
      (name: subset.name, localities: Self.localities(of: usable.filter(subset.selects)))
    }
    for number in input.service.ports.map(\.number) {
      let port = ServicePort(host: host, port: number)
      append(port.clusterName(), whole)
      for part in parts { append(port.clusterName(subset: part.name), part.localities) }
      let routeName = profile.routeConfigurationName(port)
      resources.append(
        .listener(
          Listener(name: profile.listenerName(port), routeConfigurationName: routeName)
        )
      )
      appendRoutes(named: routeName, for: port, profile: profile, hosts: hosts)
    }
  }

  var host: HostName { input.service.host }

  private mutating func append(_ cluster: String, _ localities: [LocalityEndpoints]) {
    clusters.append(cluster)
    resources.append(.cluster(Cluster(name: cluster, reportsLoad: reportsLoad)))
    resources.append(
      .endpoints(ClusterLoadAssignment(clusterName: cluster, localities: localities))
    )
  }

  private mutating func appendRoutes(
    named name: String,
    for port: ServicePort,
    profile: NodeProfile,
    hosts: HostIndex
  ) {
    var routes = [RouteTranslation.defaultRoute(to: port)]
    if let rules = input.virtualService {
      let translation = RouteTranslation(rules, port: port, hosts: hosts, profile: profile)
      routes = translation.routes
      origins[name] = translation.origins
      for note in translation.notes where !notes.contains(note) { notes.append(note) }
    }
    let virtualHost = VirtualHost(
      name: "\(port.host):\(port.port)",
      domains: port.host.aliases.flatMap { [$0, "\($0):\(port.port)"] },
      routes: routes
    )
    let configuration = RouteConfiguration(name: name, virtualHosts: [virtualHost])
    referencedClusters += configuration.referencedClusters
    resources.append(.routeConfiguration(configuration))
  }

  /// One locality with all workloads, or none: clients refuse or ignore a locality without weight.
  private static func localities(of workloads: [Workload]) -> [LocalityEndpoints] {
    var seen: Set<String> = []
    // Clients refuse an address that occurs twice, or that is a host name.
    let unique = workloads.filter {
      $0.hasIPAddress && seen.insert("\($0.address) \($0.port)").inserted
    }
    guard !unique.isEmpty else { return [] }
    let weights = WeightScaling.fitted(unique.map { UInt64($0.weight) })
    let endpoints = zip(unique, weights).map { workload, weight in
      Endpoint(
        address: workload.address,
        port: workload.port,
        health: workload.health.endpointHealth,
        weight: weight
      )
    }
    return [LocalityEndpoints(weight: weights.reduce(0, +), endpoints: endpoints)]
  }
}

extension Workload.Health {
  fileprivate var endpointHealth: Endpoint.Health {
    switch self {
    case .healthy: .healthy
    case .unhealthy: .unhealthy
    case .draining: .draining
    }
  }
}

extension Workload {
  /// Whether the address looks like an IPv4 or IPv6 address rather than a host name.
  fileprivate var hasIPAddress: Bool {
    if address.contains(":") {
      return address.utf8.allSatisfy { byte in
        byte == 0x3a || byte == 0x2e || Character(UnicodeScalar(byte)).isHexDigit
      }
    }
    let parts = address.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
  }
}
