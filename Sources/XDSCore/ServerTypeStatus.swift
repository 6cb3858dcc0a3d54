package import MeshModel

/// Where a client stands with one resource type, as the control plane sees it.
package struct ServerTypeStatus: Hashable, Sendable {
  /// Whether it asks for all resources of the type.
  package var isWildcard = false
  /// What it asks for by name, sorted.
  package var names: [String] = []
  /// The newest version handed to the transport; nil before the first response.
  package var sentVersion: ConfigVersion?
  /// When that was.
  package var sentTime: MonotonicTime?
  /// The newest version that the client accepted; nil before the first ACK.
  package var ackedVersion: ConfigVersion?
  /// Why the client refused ``sentVersion``; nil where it did not.
  package var nackReason: String?
  /// Whether ``sentVersion`` is still unanswered.
  package var isPending = false

  package init() {}

  init(_ channel: TypeChannel) {
    isWildcard = channel.subscription.isWildcard
    names = channel.subscription.names
    sentVersion = channel.sent?.version
    sentTime = channel.sent?.time
    ackedVersion = channel.ackedVersion
    isPending = channel.isPending
    if case .nacked(let reason) = channel.reply { nackReason = reason }
  }

  /// Whether the client asks for anything.
  package var isSubscribed: Bool { isWildcard || !names.isEmpty }
}
