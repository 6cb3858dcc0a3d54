internal import HTTP2Transport
internal import MeshModel

/// Where the control plane listens: a loopback address, unless it serves by TLS or is told to do
/// without.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
  /// An IP address, such as `127.0.0.1` or `::1`.
  package let host: String
  /// From 1 to 65535, or 0 for a free port of the system's choice.
  package let port: Int

  /// Reads an address.
  ///
  /// - Parameters:
  ///   - host: `localhost`, `::1` or an address in 127.0.0.0/8; where it is open, any IP address.
  ///   - port: From 0 to 65535; 0 for a free one.
  ///   - isOpen: Whether more than this machine may be served: by TLS, or since the operator says so.
  /// - Throws: ``ControlPlaneError`` with code `hostNotAllowed` or `portOutOfRange`.
  package init(host: String, port: Int, isOpen: Bool = false) throws(ControlPlaneError) {
    let address = host == "localhost" ? "127.0.0.1" : host
    guard isOpen || Self.isLoopback(address) else {
      throw ControlPlaneError(
        .hostNotAllowed,
        """
        can't listen on \(Self.join(host, port)): without TLS only this machine's own addresses \
        are served; want 127.0.0.1, ::1 or localhost, or give --tls-cert and --tls-key, or \
        --insecure-listen to serve other machines in plaintext
        """
      )
    }
    guard IPAddressText.isIPAddress(address) else {
      throw ControlPlaneError(
        .hostNotAllowed,
        "can't listen on \(Self.join(host, port)): want an IP address or localhost"
      )
    }
    guard (0...65_535).contains(port) else {
      throw ControlPlaneError(
        .portOutOfRange,
        "can't listen on \(Self.join(host, port)): want a port from 1 to 65535, or 0 for a free one"
      )
    }
    self.init(trustedHost: address, port: port)
  }

  private init(trustedHost: String, port: Int) {
    self.host = trustedHost
    self.port = port
  }

  /// `host:port`, IPv6 in brackets.
  package var description: String { Self.join(host, port) }

  /// The same host with the port that the system chose.
  func bound(to port: Int) -> ListenAddress { ListenAddress(trustedHost: host, port: port) }

  private static func join(_ host: String, _ port: Int) -> String {
    BindAddress.ip(host: host, port: port).description
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "::1" || (host.hasPrefix("127.") && IPAddressText.isIPAddress(host))
  }
}
