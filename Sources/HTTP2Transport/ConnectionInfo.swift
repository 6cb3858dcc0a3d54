internal import GRPCCore

/// Who is at the other end of a connection.
///
/// Services of grpc-swift find it in `ServerContext.transportSpecific`.
package final class ConnectionInfo: Sendable, ServerContext.TransportSpecific {
  /// Counts the connections of this process, from 1.
  package let number: UInt64
  /// Such as `127.0.0.1:4711` or `[::1]:4711`; `unix` for a client of a Unix domain socket,
  /// `unknown` for one that was gone before it was asked for.
  package let remoteAddress: String
  /// Such as `127.0.0.1:15010`, or the path of the Unix domain socket.
  package let localAddress: String
  /// What the client's certificate says, where it showed one that was verified.
  package let identity: PeerIdentity?
  /// The user that runs the client of a Unix domain socket; nil for other clients, and where the
  /// system doesn't tell.
  package let userID: UInt32?

  init(
    number: UInt64,
    remoteAddress: String,
    localAddress: String,
    identity: PeerIdentity?,
    userID: UInt32?
  ) {
    self.number = number
    self.remoteAddress = remoteAddress
    self.localAddress = localAddress
    self.identity = identity
    self.userID = userID
  }
}

/// The names that a verified certificate carries.
package struct PeerIdentity: Hashable, Sendable {
  /// The URIs among its alternative names, such as `spiffe://mesh.local/ns/default/sa/greeter`.
  package var uris: [String]
  /// The DNS names among its alternative names.
  package var dnsNames: [String]
  /// The common name of its subject; nil where it has none.
  package var commonName: String?

  package init(uris: [String] = [], dnsNames: [String] = [], commonName: String? = nil) {
    self.uris = uris
    self.dnsNames = dnsNames
    self.commonName = commonName
  }
}
