/// A request of either variant.
package enum AnyRequest: Hashable, Sendable {
  case stateOfTheWorld(DiscoveryRequest)
  case delta(DeltaDiscoveryRequest)

  var variant: XDSVariant {
    switch self {
    case .stateOfTheWorld: .stateOfTheWorld
    case .delta: .delta
    }
  }

  var typeURL: String {
    switch self {
    case .stateOfTheWorld(let request): request.typeURL
    case .delta(let request): request.typeURL
    }
  }

  package var node: Node? {
    switch self {
    case .stateOfTheWorld(let request): request.node
    case .delta(let request): request.node
    }
  }

  var responseNonce: String {
    switch self {
    case .stateOfTheWorld(let request): request.responseNonce
    case .delta(let request): request.responseNonce
    }
  }

  /// Whether it names resources; `*` is no name.
  var asksByName: Bool {
    switch self {
    case .stateOfTheWorld(let request): request.resourceNames.contains { !$0.isEmpty && $0 != "*" }
    case .delta(let request): request.subscribe.contains { !$0.isEmpty && $0 != "*" }
    }
  }

  /// The request without names that must never go out to the profile's clients.
  func usable(for profile: NodeProfile, _ type: ResourceType) -> AnyRequest {
    guard profile.leastBarsInClusterName > 0, type == .cluster || type == .endpoints else {
      return self
    }
    // An empty name stays, so that the list doesn't become one that asks for everything.
    func usable(_ names: [String]) -> [String] {
      names.map { $0 == "*" || profile.takesCluster(named: $0) ? $0 : "" }
    }
    switch self {
    case .stateOfTheWorld(var request):
      request.resourceNames = usable(request.resourceNames)
      return .stateOfTheWorld(request)
    case .delta(var request):
      request.subscribe = usable(request.subscribe)
      return .delta(request)
    }
  }
}
