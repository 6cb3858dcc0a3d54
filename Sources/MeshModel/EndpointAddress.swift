/// Where a workload listens: an IP address and a port.
package struct EndpointAddress: Hashable, Sendable, CustomStringConvertible {
  package let address: String
  package let port: UInt16

  package init(address: String, port: UInt16) {
    self.address = address
    self.port = port
  }

  package init(_ workload: Workload) {
    self.init(address: workload.address, port: workload.port)
  }

  /// `127.0.0.1:80`, or `[::1]:80`.
  package var description: String {
    address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}
