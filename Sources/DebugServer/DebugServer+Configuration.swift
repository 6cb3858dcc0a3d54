internal import NIOCore

extension DebugServer {
  /// Where the server listens.
  package struct Address: Hashable, Sendable, CustomStringConvertible {
    /// An IP address, such as `127.0.0.1` or `::1`.
    package let host: String
    /// From 1 to 65535, or 0 for a free port of the system's choice.
    package let port: Int

    /// Reads an address.
    ///
    /// - Parameters:
    ///   - host: `localhost` or an IP address.
    ///   - port: From 0 to 65535.
    ///   - insecureListen: Whether addresses beyond this machine's own are allowed, as the pages
    ///     are neither encrypted nor protected.
    /// - Throws: ``DebugServerError`` with code `hostNotAllowed` or `portOutOfRange`.
    package init(
      host: String = "127.0.0.1",
      port: Int = 8_080,
      insecureListen: Bool = false
    ) throws(DebugServerError) {
      let text = Address(trustedHost: host, port: port).description
      guard (0...65_535).contains(port) else {
        throw DebugServerError(
          .portOutOfRange,
          "--debug-listen is \(text); want a port from 1 to 65535, or 0 for a free one"
        )
      }
      let host = host == "localhost" ? "127.0.0.1" : host
      guard let address = try? SocketAddress(ipAddress: host, port: port) else {
        throw DebugServerError(
          .hostNotAllowed,
          "--debug-listen is \(text); want an IP address and a port, such as 127.0.0.1:8080"
        )
      }
      guard insecureListen || address.isLoopback else {
        throw DebugServerError(
          .hostNotAllowed,
          """
          --debug-listen is \(text): the debug pages are open to whoever reaches them; want \
          127.0.0.1 or ::1, or give --insecure-listen too
          """
        )
      }
      self.init(trustedHost: host, port: port)
    }

    init(trustedHost: String, port: Int) {
      self.host = trustedHost
      self.port = port
    }

    /// `host:port`, IPv6 in brackets.
    package var description: String {
      host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }

  /// Bounds on what a client can make the server hold.
  package struct Limits: Sendable {
    /// Connections open at once; one more is told 503 and closed.
    package var maxConnections = 256
    /// Bytes in one field of a request's head, its target among them.
    package var maxFieldBytes = 8 << 10
    /// Bytes in all fields of a request's head.
    package var maxHeadBytes = 32 << 10
    /// Fields in a request's head.
    package var maxFields = 100
    /// Bytes in a request's body, which no page looks at.
    package var maxBodyBytes = 64 << 10
    /// How long a connection may take from its start, or the response before, to the end of a
    /// request.
    package var requestTimeout = Duration.seconds(30)
    /// How long a client may take to read a response.
    package var responseTimeout = Duration.seconds(30)

    package init() {}
  }
}

extension SocketAddress {
  fileprivate var isLoopback: Bool {
    switch self {
    case .v4: ipAddress?.hasPrefix("127.") ?? false
    case .v6: ipAddress == "::1"
    case .unixDomainSocket: false
    }
  }
}
