package import MeshModel

/// The routes of one service port, and the listener that names them.
package struct ServiceRoutes: Sendable {
  package let listener: String
  package let configuration: RouteConfiguration
  /// By the routes' names; no entry for those that stand for no rule.
  package let rules: [String: RuleAddress]
}

extension Snapshot {
  /// What clients follow that call a service port; nil where the mesh doesn't have it.
  package func routes(of port: ServicePort) -> ServiceRoutes? {
    guard let name = storage.listenerName(of: port),
      case .listener(let listener)? = storage.resource(.listener, named: name),
      case .routeConfiguration(let configuration)? =
        storage.resource(.routeConfiguration, named: listener.routeConfigurationName)
    else { return nil }
    return ServiceRoutes(
      listener: name,
      configuration: configuration,
      rules: storage.origins[port] ?? [:]
    )
  }

  /// The services, as the mesh lists them.
  package var services: [MeshService] { storage.services }
}

extension SnapshotStorage {
  /// Of a port that a proxy listens for at several addresses, the first.
  fileprivate func listenerName(of port: ServicePort) -> String? {
    guard profile.bindsListeners else { return profile.listenerName(port) }
    let listeners = self[.listener]
    return listeners.names.first { name in
      guard case .listener(let listener)? = listeners.entries[name]?.resource,
        let socket = listener.socket
      else { return false }
      let endpoint = Endpoint(address: socket.address, port: socket.port)
      return sockets.ports[endpoint.hostPort]?.contains(port) == true
    }
  }
}
