internal import GRPCCore
internal import HTTP2Transport
internal import XDSCore

extension ClientPeer {
  /// The client of an RPC that grpc-swift serves.
  init(_ context: ServerContext) {
    if let connection = context.transportSpecific as? ConnectionInfo {
      self.init(connection)
    } else {
      self.init(address: context.remotePeer)
    }
  }

  /// The client of a connection; it dialled `authority`.
  init(_ connection: ConnectionInfo, authority: String = "") {
    let identity = connection.identity ?? PeerIdentity()
    self.init(
      address: connection.remoteAddress,
      localAddress: connection.localAddress,
      authority: authority,
      identities: identity.uris + identity.dnsNames + (identity.commonName.map { [$0] } ?? [])
    )
  }
}
