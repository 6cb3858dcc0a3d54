import MeshModel

/// What an ID such as `sidecar~10.0.0.5~client-v1-x.default~default.svc.cluster.local` tells.
struct SidecarIdentity: Hashable, Sendable {
  let address: String
  let pod: String
  let namespace: String

  init?(nodeID: String) {
    let parts = nodeID.split(separator: "~", omittingEmptySubsequences: false)
    guard parts.count == 4, !parts[1].isEmpty else { return nil }
    address = String(parts[1])
    let name = parts[2].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    pod = name.first.map(String.init) ?? ""
    namespace = name.count == 2 ? String(name[1]) : ""
  }

  /// How well a host's name fits the pod's; nil where it doesn't.
  ///
  /// A pod is named after its service, then `-` and more: `client-v1-x` belongs to `client`.
  fileprivate func fit(_ host: HostName) -> Int? {
    let labels = host.description.split(separator: ".", maxSplits: 2)
    guard let name = labels.first, pod == name || pod.hasPrefix("\(name)-") else { return nil }
    let isSameNamespace = labels.count > 1 && labels[1] == namespace
    return name.utf8.count * 2 + (isSameNamespace ? 1 : 0)
  }
}

extension Snapshot {
  /// The endpoints of the node's own service, with the node's own endpoint only; nil where the mesh
  /// has no service that may be its own.
  ///
  /// Of several at its address the one named like its pod is it, else the first; without any at its
  /// address, the one named like its pod. O(workloads).
  func ownEndpoint(of identity: SidecarIdentity) -> ClusterLoadAssignment? {
    var best: (rank: Int, service: MeshService, port: UInt16?)?
    for service in storage.services {
      guard let port = service.ports.first?.number else { continue }
      let workloads = storage.translations[service.host]?.input.workloads ?? []
      let here = workloads.filter { $0.address == identity.address }
      let own = here.first { $0.id == identity.pod } ?? here.first
      let fit = identity.fit(service.host)
      guard own != nil || fit != nil else { continue }
      let rank = (own == nil ? 0 : 1000) + (own?.id == identity.pod ? 2000 : 0) + (fit ?? 0)
      if let best, best.rank >= rank { continue }
      best = (rank, service, own.map { $0.ports[port] ?? $0.port })
    }
    guard let best, let port = best.service.ports.first?.number else { return nil }
    let endpoint = Endpoint(address: identity.address, port: best.port ?? port)
    return ClusterLoadAssignment(
      clusterName: ServicePort(host: best.service.host, port: port).clusterName(),
      localities: [LocalityEndpoints(weight: 1, endpoints: [endpoint])]
    )
  }
}
