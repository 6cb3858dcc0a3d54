internal import XDSCore

/// A request of either variant, with texts that are bounded.
enum AnyDiscoveryRequest: Sendable {
  case stateOfTheWorld(DiscoveryRequest)
  case delta(DeltaDiscoveryRequest)

  var node: Node? {
    switch self {
    case .stateOfTheWorld(let request): request.node
    case .delta(let request): request.node
    }
  }
}

/// Which streams a method opens.
struct StreamKind: Hashable, Sendable {
  var variant: XDSVariant
  /// The one type that is served; nil for all of them, on one stream and in order (ADS).
  var only: ResourceType?

  static let aggregated = StreamKind(variant: .stateOfTheWorld, only: nil)
}
