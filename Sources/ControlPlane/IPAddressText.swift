internal import NIOCore

/// Whether a text is an IP address of either family, such as `10.0.0.1` or `::`.
func isIPAddress(_ text: String) -> Bool {
  (try? SocketAddress(ipAddress: text, port: 0)) != nil
}
