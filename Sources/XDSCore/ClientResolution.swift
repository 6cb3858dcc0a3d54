/// Follows a listener to its routes, clusters and endpoints, and notes each name on the way.
struct ClientResolution {
  enum Outcome: Sendable {
    /// Something is still to come.
    case waiting
    case failed(String)
    case ready(ResolvedListener)
  }

  private let channels: [ClientChannel]
  /// What is needed of each type, by the type's raw value.
  private(set) var names: [Set<String>]

  init(_ channels: [ClientChannel]) {
    self.channels = channels
    names = channels.map { _ in [] }
  }

  /// A route configuration counts only when all it refers to is there, or known not to be (gRFC A74).
  mutating func resolve(_ listenerName: String) -> Outcome {
    let listener = need(.listener, listenerName)
    guard case .listener(let value)? = listener?.value else { return Self.missing(listener) }
    let routes = need(.routeConfiguration, value.routeConfigurationName)
    guard let routes, case .routeConfiguration(var configuration)? = routes.value else {
      return Self.missing(routes)
    }
    // What configures a filter counts only where the listener has the filter (gRFC A39).
    if !value.filters.contains(.fault) { configuration.removeFaults() }
    var clusters: [String: ResolvedCluster] = [:]
    var isComplete = true
    for name in configuration.referencedClusters {
      if let cluster = resolveCluster(name) { clusters[name] = cluster } else { isComplete = false }
    }
    guard isComplete else { return .waiting }
    return .ready(
      ResolvedListener(
        listenerName: listenerName,
        routeConfiguration: configuration,
        routeVersion: routes.version,
        clusters: clusters
      )
    )
  }

  /// Brings the endpoints of what is in force up to date while newer routes wait for theirs.
  mutating func refresh(_ listener: ResolvedListener) -> ResolvedListener {
    var listener = listener
    for name in listener.clusters.keys {
      guard let cluster = resolveCluster(name), cluster.failure == nil else { continue }
      listener.clusters[name] = cluster
    }
    return listener
  }

  /// nil while something is still to come.
  private mutating func resolveCluster(_ name: String) -> ResolvedCluster? {
    let entry = need(.cluster, name)
    guard case .cluster(let cluster)? = entry?.value else {
      return entry?.failure.map { ResolvedCluster(cluster: nil, failure: $0) }
    }
    let endpoints = need(.endpoints, cluster.subscribedEndpointsName)
    guard case .endpoints(let assignment)? = endpoints?.value else {
      return endpoints?.failure.map { ResolvedCluster(cluster: cluster, failure: $0) }
    }
    return ResolvedCluster(cluster: cluster, endpoints: assignment)
  }

  private mutating func need(_ type: ResourceType, _ name: String) -> ClientChannel.Entry? {
    names[type.rawValue].insert(name)
    return channels[type.rawValue].entries[name]
  }

  private static func missing(_ entry: ClientChannel.Entry?) -> Outcome {
    entry?.failure.map { .failed($0) } ?? .waiting
  }
}
