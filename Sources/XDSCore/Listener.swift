/// A Listener as proxyless gRPC takes it: an API listener that names its route configuration.
package struct Listener: Hashable, Sendable {
  /// Exactly the name that the client asked for, such as `host:20000`.
  package var name: String
  package var routeConfigurationName: String

  package init(name: String, routeConfigurationName: String) {
    self.name = name
    self.routeConfigurationName = routeConfigurationName
  }
}
