/// Where a ``RouteTable`` sends a call.
package enum RouteDecision: Hashable, Sendable {
  case cluster(RoutePick)
  /// No virtual host of the configuration has a domain for the authority.
  case noVirtualHost
  /// The virtual host has no route for the call.
  case noRoute
  /// The route that matched has an action that a client can't perform.
  case unsupported(routeName: String, reason: String)
}

/// The route that matched a call and the cluster that was drawn.
package struct RoutePick: Hashable, Sendable {
  /// The index of the route in its virtual host, from 0.
  package let routeIndex: Int
  package let routeName: String
  /// The index of the cluster in ``RouteTable/clusters``.
  package let clusterIndex: Int
  package let cluster: String

  package init(routeIndex: Int, routeName: String, clusterIndex: Int, cluster: String) {
    self.routeIndex = routeIndex
    self.routeName = routeName
    self.clusterIndex = clusterIndex
    self.cluster = cluster
  }
}
