import XDSCore

/// The connections to all endpoints of the clusters in use, each once.
struct EndpointPool {
  /// What an update asks for: run the new ones at once, retire the old ones after calls have
  /// ceased to be sent there.
  struct Change {
    var started: [EndpointConnection] = []
    var retired: [EndpointConnection] = []
  }

  let authority: String
  private let onChange: @Sendable () -> Void
  private var connections: [String: EndpointConnection] = [:]
  /// By cluster.
  private var limits: [String: CallLimit] = [:]

  init(authority: String, onChange: @escaping @Sendable () -> Void) {
    self.authority = authority
    self.onChange = onChange
  }

  /// The connection to an endpoint that the last update named.
  subscript(_ endpoint: Endpoint) -> EndpointConnection? { connections[endpoint.hostPort] }

  /// The calls under way to a cluster that the last update named.
  func limit(of cluster: String) -> CallLimit { limits[cluster] ?? CallLimit() }

  /// Goes over to exactly the usable endpoints of a listener's clusters.
  mutating func update(_ listener: ResolvedListener) -> Change {
    var change = Change()
    var wanted: [String: EndpointConnection] = [:]
    for endpoint in listener.clusters.values.flatMap({ $0.endpoints?.usableEndpoints ?? [] })
    where wanted[endpoint.hostPort] == nil {
      if let connection = connections[endpoint.hostPort] {
        wanted[endpoint.hostPort] = connection
      } else if let connection = try? EndpointConnection(
        endpoint,
        authority: authority,
        onChange: onChange
      ) {
        wanted[endpoint.hostPort] = connection
        change.started.append(connection)
      }
    }
    change.retired = connections.filter { wanted[$0.key] == nil }.map(\.value)
    connections = wanted
    limits = listener.clusters.mapValues { _ in CallLimit() }
      .merging(limits.filter { listener.clusters[$0.key] != nil }) { _, known in known }
    return change
  }
}
