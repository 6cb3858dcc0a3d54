package import GRPCNIOTransportHTTP2Posix

/// A host and a port to dial.
package struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
  /// A name or an IP address, IPv6 without brackets.
  package let host: String
  package let port: UInt16

  package init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port`, `[ipv6]:port`, or either after gRPC's `dns:///`, `dns:`, `ipv4:` or `ipv6:`.
  package init?(_ text: String) {
    var rest = Substring(text)
    for scheme in ["dns:///", "dns:", "ipv4:", "ipv6:"] where rest.hasPrefix(scheme) {
      rest = rest.dropFirst(scheme.count)
      break
    }
    guard let colon = rest.lastIndex(of: ":"),
      let port = UInt16(rest[rest.index(after: colon)...]), port > 0
    else { return nil }
    var host = rest[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, !host.contains(where: { $0 == "/" || $0.isWhitespace }) else { return nil }
    self.init(host: String(host), port: port)
  }

  package var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// What grpc-swift dials: an IP address as it is, else a name to resolve.
  package var target: any ResolvableTarget {
    if host.contains(":") {
      .ipv6(address: host, port: Int(port))
    } else if host.isIPv4 {
      .ipv4(address: host, port: Int(port))
    } else {
      .dns(host: host, port: Int(port))
    }
  }
}

extension String {
  /// Whether it is four decimal numbers up to 255 with dots between.
  var isIPv4: Bool {
    let parts = split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil && $0.first != "+" }
  }
}
