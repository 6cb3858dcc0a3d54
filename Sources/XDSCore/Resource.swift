/// An xDS resource as a plain value; `XDSWire` alone knows its protobuf form.
package enum Resource: Hashable, Sendable {
  case cluster(Cluster)
  case endpoints(ClusterLoadAssignment)
  case listener(Listener)
  case routeConfiguration(RouteConfiguration)

  package var type: ResourceType {
    switch self {
    case .cluster: .cluster
    case .endpoints: .endpoints
    case .listener: .listener
    case .routeConfiguration: .routeConfiguration
    }
  }

  /// The name that clients subscribe to.
  package var name: String {
    switch self {
    case .cluster(let cluster): cluster.name
    case .endpoints(let assignment): assignment.clusterName
    case .listener(let listener): listener.name
    case .routeConfiguration(let configuration): configuration.name
    }
  }
}
