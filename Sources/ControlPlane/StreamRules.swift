internal import XDSCore

/// What holds for every discovery stream.
struct StreamRules: Sendable {
  var limits = ControlPlane.Limits()
  var profiles = ProfileRules()
  /// Which certificate may speak for which node; none where every client may speak for any.
  var identities: [IdentityRule] = []

  /// Whether a client may speak for a node.
  func allow(_ peer: ClientPeer, toBe nodeID: String) -> Bool {
    identities.isEmpty || identities.contains { $0.allows(peer.identities, toBe: nodeID) }
  }
}
