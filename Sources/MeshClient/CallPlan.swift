import GRPCCore
import TrafficEngine

/// The route that a call takes, decided once: a second attempt stays with its cluster.
struct CallPlan: Sendable {
  let routing: Routing
  let route: RoutePick

  var cluster: ClusterEndpoints { routing.clusters[route.clusterIndex] }

  /// Decides by a configuration where a call goes.
  ///
  /// - Parameter target: The dial target, for the errors.
  /// - Throws: `RPCError` with code `unavailable`, as the call then fails.
  init(
    _ routing: Routing,
    path: String,
    metadata: Metadata,
    seed: UInt64,
    target: String
  ) throws(RPCError) {
    var dice = SplitMix64(seed: seed)
    let lookup = MetadataLookup(metadata: metadata)
    switch routing.table.decide(path: path, headers: lookup, using: &dice) {
    case .cluster(let route):
      self.init(routing: routing, route: route)
    case .noVirtualHost:
      throw .unavailable("\(routing.described(to: target)) has no virtual host for \(routing.authority)")
    case .noRoute:
      let host = routing.table.virtualHostName ?? ""
      throw .unavailable("\(routing.described(to: target)), virtual host \(host): no route matches \(path)")
    case .unsupported(let name, let reason):
      throw .unavailable("\(routing.described(to: target)), route \(name) matches but can't be followed: \(reason)")
    }
  }

  /// The same route with the endpoints of a newer configuration; nil where its cluster is gone.
  func renewed(in newer: Routing) -> CallPlan? {
    if newer === routing { return self }
    guard let index = newer.table.clusters.firstIndex(of: route.cluster) else { return nil }
    let route = RoutePick(
      routeIndex: route.routeIndex,
      routeName: route.routeName,
      clusterIndex: index,
      cluster: route.cluster
    )
    return CallPlan(routing: newer, route: route)
  }

  private init(routing: Routing, route: RoutePick) {
    self.routing = routing
    self.route = route
  }
}

extension RPCError {
  static func unavailable(_ message: String) -> RPCError {
    RPCError(code: .unavailable, message: message)
  }
}
