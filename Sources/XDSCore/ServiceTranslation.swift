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
  private let reportsLoad: Bool
  private var knownNotes: Set<SnapshotNote> = []

  init(_ input: ServiceInput, profile: NodeProfile, hosts: HostIndex, reportsLoad: Bool) {
    self.input = input
    self.profile = profile
    self.reportsLoad = reportsLoad
    noteSelectivePolicies()
    let endpoints = EndpointTranslation(input.workloads, profile: profile)
    for obstacle in endpoints.obstacles { append(SnapshotNote(profile, obstacle)) }
    for number in input.service.ports.map(\.number) {
      let port = ServicePort(host: host, port: number)
      appendCluster(of: port, endpoints)
      for (subset, owner) in zip(input.policy.subsets, input.policy.owners) {
        appendCluster(of: port, subset: subset, owner: owner, endpoints)
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

  // MARK: Clusters

  /// Appends the cluster of a subset, or of the whole service (nil), and its endpoints.
  private mutating func appendCluster(
    of port: ServicePort,
    subset: Subset? = nil,
    owner: ResourceName? = nil,
    _ endpoints: EndpointTranslation
  ) {
    let settings = input.policy.settings(port: port.port, subset: subset)
    var translation = ClusterTranslation(
      name: port.clusterName(subset: subset?.name),
      settings: settings,
      profile: profile,
      reportsLoad: reportsLoad
    )
    let sharing = LocalityTranslation(settings.loadBalancer?.locality, profile: profile)
    translation.cluster.sharesByLocality = sharing.isInForce
    for obstacle in translation.obstacles + sharing.obstacles {
      // What a subset has from its host is told of the host, once.
      let isOwn = subset?.trafficPolicy != nil
      guard let object = isOwn ? owner : input.policy.owner else { continue }
      append(
        SnapshotNote(
          profile,
          object: MeshObjectKey(kind: .destinationRule, name: object),
          subset: isOwn ? subset?.name : nil,
          obstacle
        )
      )
    }
    let cluster = translation.cluster
    clusters.append(cluster.name)
    resources.append(.cluster(cluster))
    let localities = sharing.shared(endpoints.localities(port: port.port, subset: subset))
    resources.append(
      .endpoints(ClusterLoadAssignment(clusterName: cluster.name, localities: localities))
    )
  }

  private mutating func noteSelectivePolicies() {
    for rule in input.policy.selective {
      append(
        SnapshotNote(
          profile,
          object: MeshObjectKey(kind: .destinationRule, name: rule),
          "a DestinationRule with a workloadSelector is for some callers only, and all are sent the "
            + "same clusters; its traffic policies are left out"
        )
      )
    }
  }

  private mutating func append(_ note: SnapshotNote) {
    if knownNotes.insert(note).inserted { notes.append(note) }
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
    guard let rules = input.virtualService else {
      return [RouteTranslation.defaultRoute(to: port, of: input, profile: profile)]
    }
    let translation = RouteTranslation(
      rules,
      of: input,
      port: port,
      hosts: hosts,
      profile: profile
    )
    origins[port] = translation.origins
    for note in translation.notes { append(note) }
    guard translation.routes.isEmpty, profile.needsRoutes else { return translation.routes }
    return [RouteTranslation.failingRoute(of: port)]
  }

  // MARK: Listeners

  private mutating func appendListener(_ port: ServicePort, _ virtualHost: VirtualHost) {
    let routes = profile.routeConfigurationName(port)
    resources.append(
      .listener(
        Listener(
          name: profile.listenerName(port),
          routeConfigurationName: routes,
          filters: profile.listenerFilters
        )
      )
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
