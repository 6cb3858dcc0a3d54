internal import XDSCore

/// A method by which clients open a discovery stream.
struct DiscoveryMethod: Sendable {
  let service: String
  let method: String
  let kind: StreamKind

  /// All that are served: those of ADS, and for each type a service of its own, for clients that
  /// don't aggregate.
  static let all: [DiscoveryMethod] =
    both("discovery", "AggregatedDiscoveryService", "AggregatedResources", only: nil)
    + both("listener", "ListenerDiscoveryService", "Listeners", only: .listener)
    + both("route", "RouteDiscoveryService", "Routes", only: .routeConfiguration)
    + both("cluster", "ClusterDiscoveryService", "Clusters", only: .cluster)
    + both("endpoint", "EndpointDiscoveryService", "Endpoints", only: .endpoints)

  /// As HTTP/2's `:path` has it.
  var path: String { "/\(service)/\(method)" }

  private static func both(
    _ folder: String,
    _ service: String,
    _ resources: String,
    only type: ResourceType?
  ) -> [DiscoveryMethod] {
    let service = "envoy.service.\(folder).v3.\(service)"
    return [("Stream", XDSVariant.stateOfTheWorld), ("Delta", .delta)].map { prefix, variant in
      DiscoveryMethod(
        service: service,
        method: prefix + resources,
        kind: StreamKind(variant: variant, only: type)
      )
    }
  }
}
