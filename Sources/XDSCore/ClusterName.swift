import MeshModel

/// A cluster's name taken apart: `outbound|port|subset|host`.
package struct ClusterName: Hashable, Sendable {
  package var port: ServicePort
  /// nil for all of the service's workloads.
  package var subset: String?

  package init(port: ServicePort, subset: String? = nil) {
    self.port = port
    self.subset = subset
  }

  /// Reads one; nil for text of another form, such as a cluster of a client's own.
  package init?(_ text: String) {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "outbound", let number = UInt16(parts[1]),
      !parts[3].isEmpty
    else { return nil }
    port = ServicePort(host: HostName(String(parts[3])), port: number)
    subset = parts[2].isEmpty ? nil : String(parts[2])
  }
}
