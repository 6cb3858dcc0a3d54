internal import NIOCore

extension SocketAddress {
  /// `127.0.0.1:4711`, `[::1]:4711`, the path of a Unix domain socket, or `unix` where that has none.
  var text: String {
    if let address = ipAddress, let port {
      return BindAddress.ip(host: address, port: port).description
    }
    guard let pathname, !pathname.isEmpty else { return "unix" }
    return pathname
  }
}
