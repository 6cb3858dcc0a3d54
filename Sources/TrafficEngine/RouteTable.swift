package import XDSCore

/// The routes for one authority, compiled: decides each call without allocating.
///
/// ``explain(path:headers:)`` tells what becomes of a call, and why, by the same compiled matchers.
package struct RouteTable: Sendable {
  /// The clusters that a call may be sent to, each once, in the order of the routes.
  package let clusters: [String]
  /// The virtual host that takes the authority; nil where none does.
  package let virtualHostName: String?

  /// Whose reading it follows.
  package let semantics: RouteSemantics
  /// The virtual host's routes, in order.
  package let routes: [Route]

  /// Parallel to ``routes``.
  let compiled: [CompiledRoute]
  private let readsQuery: Bool
  /// nil for tables that are quicker without.
  private let sieve: RouteSieve?

  /// Compiles the routes for what was dialled, such as `host:20000`.
  package init(
    _ configuration: RouteConfiguration,
    authority: String,
    semantics: RouteSemantics = .grpc
  ) {
    let host = configuration.virtualHost(for: authority)
    var names = ClusterNames()
    routes = host?.routes ?? []
    compiled = routes.map { CompiledRoute($0, semantics, names: &names) }
    clusters = names.list
    virtualHostName = host?.name
    self.semantics = semantics
    sieve = RouteSieve(compiled)
    readsQuery = routes.contains { !$0.match.queryParameters.isEmpty }
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
  /// calls. O(routes); allocates nothing itself, save for a path with a query by Envoy's semantics and
  /// for a table of many routes.
  package func decide(
    path: String,
    headers: borrowing some HeaderLookup,
    using dice: inout some RandomNumberGenerator
  ) -> RouteDecision {
    guard virtualHostName != nil else { return .noVirtualHost }
    let path = callPath(path)
    var call: RouteSieve.Call?
    if let sieve { call = sieve.call(headers) }
    for index in compiled.indices where mayTake(index, call) {
      guard compiled[index].failure(path, headers) == nil, compiled[index].takes(&dice) else {
        continue
      }
      return compiled[index].decision(index: index, using: &dice)
    }
    return .noRoute
  }

  /// Whether a route may take a call, as far as the sieve knows.
  private func mayTake(_ index: Int, _ call: RouteSieve.Call?) -> Bool {
    guard let sieve, let call else { return true }
    return sieve.passes(index, call)
  }

  /// The first route that takes all such calls, whatever the dice; the number of routes where none
  /// does.
  func firstTaker(_ path: CallPath, _ headers: borrowing some HeaderLookup) -> Int {
    var call: RouteSieve.Call?
    if let sieve { call = sieve.call(headers) }
    for index in compiled.indices
    where mayTake(index, call) && compiled[index].fractionPerMillion == nil {
      if compiled[index].failure(path, headers) == nil { return index }
    }
    return compiled.count
  }

  func callPath(_ path: String) -> CallPath {
    CallPath(path, semantics, readsQuery: readsQuery)
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
