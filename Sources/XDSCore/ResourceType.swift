/// The four xDS resource types that Weir serves, in the order of a make-before-break push.
package enum ResourceType: Int, CaseIterable, Hashable, Sendable, Comparable {
  case cluster
  case endpoints
  case listener
  case routeConfiguration

  package static func < (left: ResourceType, right: ResourceType) -> Bool {
    left.rawValue < right.rawValue
  }

  /// The v3 type URL, as it stands in requests, responses and `Any`.
  package var typeURL: String {
    switch self {
    case .cluster: "type.googleapis.com/envoy.config.cluster.v3.Cluster"
    case .endpoints: "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"
    case .listener: "type.googleapis.com/envoy.config.listener.v3.Listener"
    case .routeConfiguration: "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"
    }
  }

  package init?(typeURL: String) {
    guard let type = ResourceType.allCases.first(where: { $0.typeURL == typeURL }) else {
      return nil
    }
    self = type
  }

  /// Whether a client may ask for all resources of the type, and a response without one means that
  /// there is none.
  package var isStateOfTheWorld: Bool {
    switch self {
    case .cluster, .listener: true
    case .endpoints, .routeConfiguration: false
    }
  }

  /// What operators call it.
  package var shortName: String {
    switch self {
    case .cluster: "CDS"
    case .endpoints: "EDS"
    case .listener: "LDS"
    case .routeConfiguration: "RDS"
    }
  }
}
