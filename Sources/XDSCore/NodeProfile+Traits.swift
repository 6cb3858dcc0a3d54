/// All that differs from profile to profile in what the mesh becomes; nothing else in this module
/// asks which profile it has. How the same resource is written differs too: see `XDSWire`.
extension NodeProfile {
  /// How sentences for the operator call the client.
  var clientName: String {
    switch self {
    case .grpc: "gRPC"
    case .envoy: "Envoy"
    case .dubbo: "dubbo-go"
    }
  }

  // MARK: Names

  /// Whether listeners are bound to sockets; otherwise they are API listeners, one a service port,
  /// found by any alias of the host.
  var bindsListeners: Bool {
    switch self {
    case .envoy: true
    case .grpc, .dubbo: false
    }
  }

  /// The name of a service port's API listener, as wildcard subscriptions get it.
  func listenerName(_ port: ServicePort) -> String { "\(port.host):\(port.port)" }

  /// The name of a service port's route configuration, where it has one of its own.
  func routeConfigurationName(_ port: ServicePort) -> String {
    switch self {
    case .grpc: port.clusterName()
    case .envoy, .dubbo: "\(port.host):\(port.port)"
    }
  }

  /// The domains of a service port's virtual host; nil for all aliases of the host.
  var virtualHostDomains: [String]? {
    switch self {
    case .grpc, .envoy: nil
    // It looks at no domain.
    case .dubbo: ["*"]
    }
  }

  // MARK: Clusters and endpoints

  /// Whether a cluster itself asks for load reports; a proxy's bootstrap does it otherwise.
  var reportsLoadByCluster: Bool {
    switch self {
    case .grpc: true
    case .envoy, .dubbo: false
    }
  }

  /// Whether endpoints are grouped by locality; otherwise all are in a nameless one.
  var readsLocalities: Bool {
    switch self {
    case .grpc, .envoy: true
    case .dubbo: false
    }
  }

  /// Whether the client chooses endpoints as its cluster says.
  var choosesEndpoints: Bool {
    switch self {
    case .grpc, .envoy: true
    case .dubbo: false
    }
  }

  /// Whether the client obeys `http2MaxRequests`.
  var limitsRequests: Bool {
    switch self {
    case .grpc, .envoy: true
    case .dubbo: false
    }
  }

  /// Whether the client obeys all of a traffic policy: RANDOM and MAGLEV, limits and times of
  /// connections, outlier detection, TLS.
  var obeysTrafficPolicies: Bool {
    switch self {
    case .envoy: true
    case .grpc, .dubbo: false
    }
  }

  /// The filters of a listener, there whether a route configures them or not: a proxy ends the
  /// connections of a listener that changes.
  var listenerFilters: [Listener.Filter] {
    switch self {
    case .envoy: [.fault, .cors]
    case .grpc: [.fault]
    case .dubbo: []
    }
  }

  /// Whether endpoints that get no calls are sent, as unhealthy, rather than left out, and go on
  /// being sent after they are gone.
  ///
  /// So it is for a client that forgets an endpoint only when told that it is unhealthy.
  var sendsUnusableEndpoints: Bool {
    switch self {
    case .grpc, .envoy: false
    case .dubbo: true
    }
  }

  /// How many `|` a cluster's name must have; a name with fewer ends the client's process.
  var leastBarsInClusterName: Int {
    switch self {
    case .grpc, .envoy: 0
    case .dubbo: 3
    }
  }

  /// Whether a cluster may have the name; see ``leastBarsInClusterName``.
  func takesCluster(named name: String) -> Bool {
    let least = leastBarsInClusterName
    return least == 0 || name.utf8.count { $0 == UInt8(ascii: "|") } >= least
  }

  // MARK: Routes

  /// Whether routes must wait until the client has accepted clusters and endpoints.
  ///
  /// So it is for clients that use a route before they have what it refers to: to Envoy a cluster that
  /// is still warming doesn't exist. Those that follow gRFC A74 wait by themselves.
  var routesAwaitEndpoints: Bool {
    switch self {
    case .grpc: false
    case .envoy, .dubbo: true
    }
  }

  /// Whether a route configuration without routes is refused or misread, so that one is added whose
  /// calls fail.
  var needsRoutes: Bool {
    switch self {
    case .grpc, .envoy: false
    case .dubbo: true
    }
  }

  /// Whether the client can match on the method, the authority and the scheme; otherwise a gRPC
  /// call's method is known to be POST.
  var matchesPseudoHeaders: Bool {
    switch self {
    case .envoy: true
    case .grpc, .dubbo: false
    }
  }

  /// Whether the client can match on what follows the path's `?`.
  var matchesQueryParameters: Bool {
    switch self {
    case .envoy: true
    case .grpc, .dubbo: false
    }
  }

  /// Whether an absent header can be made to match by inversion; otherwise it takes a second route.
  var canTakeMissingForEmpty: Bool {
    switch self {
    case .envoy: true
    case .grpc, .dubbo: false
    }
  }

  /// Whether the client matches on the method's name alone, `/SayHello`, instead of the whole path.
  var matchesMethodNames: Bool {
    switch self {
    case .grpc, .envoy: false
    case .dubbo: true
    }
  }

  /// Why the client can never match on a header; nil where it can.
  func obstacle(toHeader name: String) -> String? {
    switch self {
    case .envoy: return nil
    case .grpc, .dubbo:
      if name.hasPrefix(":") { return "\(clientName) doesn't match the pseudo-header \(name)" }
      if name.hasSuffix("-bin") { return "\(clientName) doesn't match the binary header \(name)" }
      return nil
    }
  }

  /// Why the client can't match on a header's value; nil where it can.
  func obstacle(to condition: HeaderMatcher.Condition, ofHeader name: String) -> String? {
    switch self {
    case .grpc, .envoy: nil
    case .dubbo:
      condition == .exact("") ? "dubbo-go can't match an empty value of header \(name)" : nil
    }
  }
}
