/// Where a server listens.
package enum BindAddress: Hashable, Sendable, CustomStringConvertible {
  /// An IP address or a host name, and a port from 1 to 65535, or 0 for a free one.
  case ip(host: String, port: Int)
  /// The path of a Unix domain socket; made with mode 0600 and removed in the end.
  case unix(path: String)

  /// `127.0.0.1:15010`, `[::1]:15010` or `unix:/run/weir.sock`.
  package var description: String {
    switch self {
    case .ip(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}
