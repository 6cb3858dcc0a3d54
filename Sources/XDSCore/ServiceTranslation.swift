import MeshModel

/// One service's clusters and endpoints, and its listeners and route configurations, or what it
/// adds to those that it shares with other services.
struct ServiceTranslation: Sendable {
  let input: ServiceInput
  private(set) var resources: [Resource] = []
  /// The clusters among the resources.
  private(set) var clusters: [String] = []
  /// The clusters that its routes send calls to, of whatever service.
  private(set) var referencedClusters: [String] = []
  /// Where sockets are to be bound for its calls; empty for profiles with API listeners.
  private(set) var boundPorts: [BoundPort] = []
  /// Route names to rules.
  private(set) var origins: [ServicePort: [String: RuleAddress]] = [:]
  private(set) var notes: [SnapshotNote] = []

  private let profile: NodeProfile

  init(_ input: ServiceInput, profile: NodeProfile, hosts: HostIndex, reportsLoad: Bool) {
    self.input = input
    self.profile = profile
    let endpoints = EndpointTranslation(input.workloads, profile: profile)
    for obstacle in endpoints.obstacles { append(SnapshotNote(profile, obstacle)) }
    for number in input.service.ports.map(\.number) {
      let port = ServicePort(host: host, port: number)
      for subset in [nil] + input.subsets.map(Optional.some) {
        append(
          Cluster(name: port.clusterName(subset: subset?.name), reportsLoad: reportsLoad),
          endpoints.localities(port: number, subset: subset)
        )
      }
      let virtualHost = virtualHost(for: port, hosts: hosts)
      referencedClusters += virtualHost.referencedClusters
      if profile.bindsListeners {
        bind(port, virtualHost)
      } else {
        appendListener(port, virtualHost)
      }
    }
  }

  var host: HostName { input.service.host }

  private mutating func append(_ cluster: Cluster, _ localities: [LocalityEndpoints]) {
    clusters.append(cluster.name)
    resources.append(.cluster(cluster))
    resources.append(
      .endpoints(ClusterLoadAssignment(clusterName: cluster.name, localities: localities))
    )
  }

  private mutating func append(_ note: SnapshotNote) {
    if !notes.contains(note) { notes.append(note) }
  }

  // MARK: Routes

  private mutating func virtualHost(for port: ServicePort, hosts: HostIndex) -> VirtualHost {
    VirtualHost(
      name: "\(port.host):\(port.port)",
      domains: profile.virtualHostDomains
        ?? port.host.aliases.flatMap { [$0, "\($0):\(port.port)"] },
      routes: routes(to: port, hosts: hosts)
    )
  }

  private mutating func routes(to port: ServicePort, hosts: HostIndex) -> [Route] {
    guard let rules = input.virtualService else { return [RouteTranslation.defaultRoute(to: port)] }
    let translation = RouteTranslation(rules, port: port, hosts: hosts, profile: profile)
    origins[port] = translation.origins
    for note in translation.notes { append(note) }
    guard translation.routes.isEmpty, profile.needsRoutes else { return translation.routes }
    return [RouteTranslation.failingRoute(of: port)]
  }

  // MARK: Listeners

  private mutating func appendListener(_ port: ServicePort, _ virtualHost: VirtualHost) {
    let routes = profile.routeConfigurationName(port)
    resources.append(
      .listener(Listener(name: profile.listenerName(port), routeConfigurationName: routes))
    )
    resources.append(
      .routeConfiguration(RouteConfiguration(name: routes, virtualHosts: [virtualHost]))
    )
  }

  private mutating func bind(_ port: ServicePort, _ virtualHost: VirtualHost) {
    var addresses: [String] = []
    for text in input.service.addresses {
      guard let address = IPAddressText.canonical(text) else {
        let obstacle = "\(host) has the address \"\(text)\"; want an IP address to listen on"
        append(SnapshotNote(profile, obstacle))
        continue
      }
      if !addresses.contains(address) { addresses.append(address) }
    }
    boundPorts.append(
      BoundPort(
        port: port,
        addresses: addresses.isEmpty ? [BoundPort.sharedAddress] : addresses,
        virtualHost: virtualHost,
        headerNames: input.virtualService?.matchedHeaderNames ?? []
      )
    )
  }
}

extension VirtualService {
  /// The headers that any rule looks at, pseudo-headers aside: lower case, sorted, each once.
  fileprivate var matchedHeaderNames: [String] {
    let matches = http.flatMap(\.matches)
    let names = matches.flatMap { $0.headers + $0.withoutHeaders }.map { $0.name.lowercased() }
    return Set(names).filter { !$0.hasPrefix(":") }.sorted()
  }
}
