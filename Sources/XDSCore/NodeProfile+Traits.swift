/// All that differs from profile to profile; nothing else asks which one it has.
extension NodeProfile {
  /// The name of a service port's listener, as wildcard subscriptions get it.
  func listenerName(_ port: ServicePort) -> String {
    switch self {
    case .grpc, .envoy, .dubbo: "\(port.host):\(port.port)"
    }
  }

  /// The name of a service port's route configuration.
  func routeConfigurationName(_ port: ServicePort) -> String {
    switch self {
    case .grpc, .envoy, .dubbo: port.clusterName()
    }
  }

  /// Whether endpoints that get no calls are sent (with their health) rather than left out.
  var sendsUnusableEndpoints: Bool {
    switch self {
    case .grpc, .envoy, .dubbo: false
    }
  }

  /// Whether routes must wait until the client has accepted clusters and endpoints.
  ///
  /// So it is for clients that use a route before they have what it refers to; those that follow
  /// gRFC A74 wait by themselves.
  var routesAwaitEndpoints: Bool {
    switch self {
    case .grpc, .envoy, .dubbo: false
    }
  }

  /// Why the client can never match on a header; nil where it can.
  func obstacle(toHeader name: String) -> String? {
    switch self {
    case .grpc, .envoy, .dubbo:
      if name.hasPrefix(":") { return "gRPC doesn't match the pseudo-header \(name)" }
      if name.hasSuffix("-bin") { return "gRPC doesn't match the binary header \(name)" }
      return nil
    }
  }
}
