/// All that differs from profile to profile in how a stream goes.
extension NodeProfile {
  /// How long routes wait for clusters and endpoints to be accepted, in nanoseconds.
  ///
  /// Envoy accepts clusters when it can use them, so it is for a client that never does. dubbo-go
  /// never asks for the endpoints of hosts that it doesn't call itself.
  var routesTimeout: UInt64 {
    switch self {
    case .grpc, .envoy: 5_000_000_000
    case .dubbo: 1_000_000_000
    }
  }

  /// Whether on a delta stream a name that the mesh doesn't have is told as removed; otherwise it is
  /// a resource that lets calls fail at once.
  var takesRemovals: Bool {
    switch self {
    case .envoy: true
    case .grpc, .dubbo: false
    }
  }

  /// Whether routes wait until the endpoints of each of their clusters are accepted, since the client
  /// accepts clusters before it even asks for their endpoints.
  var routesAwaitEachEndpoints: Bool {
    switch self {
    case .dubbo: true
    case .grpc, .envoy: false
    }
  }

  /// Whether a client that returns looks like a new one, so that either is first told of removed
  /// clusters too, and then that they are gone.
  var mayReturnUnseen: Bool {
    switch self {
    case .dubbo: true
    case .grpc, .envoy: false
    }
  }

  /// Whether a client that returns on a delta stream needs endpoints even where it has them: those of
  /// a cluster that still waits for them.
  var needsEndpointsOnReturn: Bool {
    switch self {
    case .envoy: true
    case .grpc, .dubbo: false
    }
  }
}
