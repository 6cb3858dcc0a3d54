/// What the transport knows of the client at the other end of a stream.
package struct ClientPeer: Hashable, Sendable {
  /// Its address, such as `127.0.0.1:51234`.
  package var address: String
  /// The address of this machine that it reached, such as `127.0.0.1:15010`; empty where unknown.
  package var localAddress: String
  /// What it dialled (`:authority`), such as `istiod.istio-system.svc.cluster.local:15010`; empty
  /// where unknown.
  package var authority: String
  /// The identities of its verified certificate: URI and DNS names, then the subject's common name;
  /// empty where it showed none.
  package var identities: [String]

  package init(
    address: String,
    localAddress: String = "",
    authority: String = "",
    identities: [String] = []
  ) {
    self.address = address
    self.localAddress = localAddress
    self.authority = authority
    self.identities = identities
  }
}

/// How a stream tells of resources.
package enum XDSVariant: String, CaseIterable, Hashable, Sendable {
  /// State of the world: each response is all, or all that was asked for.
  case stateOfTheWorld = "SotW"
  /// Incremental: each response is what changed.
  case delta
}
