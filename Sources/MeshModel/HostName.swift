/// A fully qualified host name, such as `dubbo-go-server.default.svc.cluster.local`.
package struct HostName: Hashable, Sendable, Comparable, CustomStringConvertible {
  package static let clusterDomain = "svc.cluster.local"

  package let description: String

  /// Takes a fully qualified name as it is.
  package init(_ qualified: String) {
    description = qualified.lowercased()
  }

  /// Resolves a host as Istio does: one without a dot belongs to `namespace`, others are complete.
  package init(_ host: String, inNamespace namespace: String) {
    let host = host.lowercased()
    description =
      host.contains(".") ? host : "\(host).\(namespace).\(HostName.clusterDomain)"
  }

  /// Every name that a client may dial for it, the full one first:
  /// `a.b.svc.cluster.local`, `a.b.svc`, `a.b`, `a`.
  package var aliases: [String] {
    let suffix = ".\(HostName.clusterDomain)"
    guard description.hasSuffix(suffix) else { return [description] }
    let short = String(description.dropLast(suffix.count))
    let labels = short.split(separator: ".", maxSplits: 1)
    guard labels.count == 2 else { return [description] }
    return [description, "\(short).svc.cluster", "\(short).svc", short, String(labels[0])]
  }

  package static func < (left: HostName, right: HostName) -> Bool {
    left.description < right.description
  }
}
