import GRPCCore
import TrafficEngine

/// The route that a call takes, decided once: a second attempt stays with its cluster.
struct CallPlan: Sendable {
  /// Whose rules decided; what the call's report tells.
  let decidedBy: Routing
  /// Whose endpoints serve: that one, or a newer one.
  private let routing: Routing
  let route: RoutePick
  /// What the route does beside choosing a cluster; nil for nothing.
  let conduct: CallConduct?
  /// What chooses an endpoint; nil where no header says.
  let hash: UInt64?
  let fault: FaultDecision?

  var cluster: ClusterEndpoints { routing.clusters[route.clusterIndex] }

  /// Decides by a configuration where a call goes.
  ///
  /// - Parameters:
  ///   - routing: The configuration.
  ///   - path: `/package.Service/Method`.
  ///   - metadata: The request's; only its text values count.
  ///   - seed: For the draw among weighted clusters.
  ///   - target: The dial target, for the errors.
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
      let conduct = routing.conduct(ofRoute: route.routeIndex)
      decidedBy = routing
      self.routing = routing
      self.route = route
      self.conduct = conduct
      hash = conduct?.hash(lookup)
      fault = conduct?.fault.map { FaultDecision($0, using: &dice) }
    case .noVirtualHost:
      throw routing.refusal(" has no virtual host for \(routing.authority)", target: target)
    case .noRoute:
      let host = routing.table.virtualHostName ?? ""
      throw routing.refusal(", virtual host \(host): no route matches \(path)", target: target)
    case .unsupported(let name, let reason):
      throw routing.refusal(", route \(name): \(reason)", target: target)
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
    return CallPlan(self, routing: newer, route: route)
  }

  private init(_ plan: CallPlan, routing: Routing, route: RoutePick) {
    decidedBy = plan.decidedBy
    conduct = plan.conduct
    hash = plan.hash
    fault = plan.fault
    self.routing = routing
    self.route = route
  }
}

extension RPCError {
  static func unavailable(_ message: String) -> RPCError {
    RPCError(code: .unavailable, message: message)
  }
}
