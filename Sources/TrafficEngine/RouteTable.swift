package import XDSCore

/// The routes for one authority, compiled: decides each call without allocating.
///
/// The semantics are those of proxyless gRPC (gRFC A27, A28).
package struct RouteTable: Sendable {
  /// The clusters that a call may be sent to, each once, in the order of the routes.
  package let clusters: [String]
  /// The virtual host that takes the authority; nil where none does.
  package let virtualHostName: String?

  private let routes: [CompiledRoute]

  /// Compiles the routes for what was dialled, such as `host:20000`.
  package init(_ configuration: RouteConfiguration, authority: String) {
    let host = configuration.virtualHost(for: authority)
    var names = ClusterNames()
    routes = host?.routes.map { CompiledRoute($0, names: &names) } ?? []
    clusters = names.list
    virtualHostName = host?.name
  }

  /// What a client has to refuse the configuration for (NACK), one sentence each; empty where it
  /// can be used.
  package static func defects(of configuration: RouteConfiguration) -> [String] {
    configuration.virtualHosts.flatMap { host in
      host.routes.flatMap { route in
        route.defects.map { "virtual host \(host.name), route \(route.name): \($0)" }
      }
    }
  }

  /// Decides where a call goes by its path, `/package.Service/Method`, and its headers.
  ///
  /// The dice are drawn from for a weighted action, and for each route that takes a fraction of
  /// calls. O(routes); allocates nothing itself.
  package func decide(
    path: String,
    headers: borrowing some HeaderLookup,
    using dice: inout some RandomNumberGenerator
  ) -> RouteDecision {
    guard virtualHostName != nil else { return .noVirtualHost }
    for index in routes.indices where routes[index].matches(path, headers, &dice) {
      return routes[index].decision(index: index, using: &dice)
    }
    return .noRoute
  }
}

/// Cluster names in the order they were met, and their indices.
struct ClusterNames {
  private(set) var list: [String] = []
  private var indices: [String: Int] = [:]

  mutating func index(of name: String) -> Int {
    if let index = indices[name] { return index }
    indices[name] = list.count
    list.append(name)
    return list.count - 1
  }
}
