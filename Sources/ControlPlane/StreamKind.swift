internal import XDSCore

/// Which streams a method opens.
struct StreamKind: Hashable, Sendable {
  var variant: XDSVariant
  /// The one type that is served; nil for all of them, on one stream and in order (ADS).
  var only: ResourceType?

  static let aggregated = StreamKind(variant: .stateOfTheWorld, only: nil)
}
