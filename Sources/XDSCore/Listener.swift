/// A Listener: an API listener, as proxyless gRPC takes it, or one bound to a socket, as Envoy does.
///
/// Either names its route configuration, which comes over ADS.
package struct Listener: Hashable, Sendable {
  /// Where a proxy listens.
  package struct Socket: Hashable, Sendable {
    /// An IP address.
    package var address: String
    package var port: UInt16
    /// nil where calls aren't logged.
    package var accessLog: AccessLog?

    package init(address: String, port: UInt16, accessLog: AccessLog? = nil) {
      self.address = address
      self.port = port
      self.accessLog = accessLog
    }
  }

  /// What a proxy tells of its calls, and whom, over the gRPC access log service.
  package struct AccessLog: Hashable, Sendable {
    /// The cluster of the access log service, which the proxy has from its bootstrap.
    package var cluster: String
    /// The request headers that each entry holds: lower case, sorted.
    package var requestHeaders: [String]

    package init(cluster: String, requestHeaders: [String] = []) {
      self.cluster = cluster
      self.requestHeaders = requestHeaders
    }
  }

  /// An HTTP filter before the router, which a route's settings then configure.
  package enum Filter: Hashable, Sendable {
    case fault
    case cors
  }

  /// Of an API listener exactly the name that the client asked for, such as `host:20000`.
  package var name: String
  package var routeConfigurationName: String
  /// nil for an API listener.
  package var socket: Socket?
  /// In order; the router always comes last and is not among them.
  package var filters: [Filter]

  package init(
    name: String,
    routeConfigurationName: String,
    socket: Socket? = nil,
    filters: [Filter] = []
  ) {
    self.name = name
    self.routeConfigurationName = routeConfigurationName
    self.socket = socket
    self.filters = filters
  }
}
