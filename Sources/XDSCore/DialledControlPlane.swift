/// The control plane as a service of the mesh, by the name that a client dialled: dubbo-go looks for
/// it among its clusters.
struct DialledControlPlane: Sendable {
  /// `outbound|port||host`.
  let cluster: String
  /// The IP address that the client reached.
  let address: String
  private let endpoints: ClusterLoadAssignment
  private let key: String

  /// nil where the transport doesn't know what was dialled, or it can't be a host's name.
  init?(_ peer: ClientPeer) {
    let dialled = DialTarget(peer.authority)
    let local = DialTarget(peer.localAddress)
    let host = peer.authority.prefix(dialled.host.count)
    let address = local.host.filter { $0 != "[" && $0 != "]" }
    guard !host.isEmpty, host.utf8.count <= 253, !address.isEmpty,
      host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "|") })
    else { return nil }
    self.address = address
    cluster = "outbound|\(dialled.port ?? 15010)||\(host)"
    endpoints = ClusterLoadAssignment(
      clusterName: cluster,
      localities: [
        LocalityEndpoints(
          weight: 1,
          endpoints: [Endpoint(address: address, port: local.port ?? dialled.port ?? 15010)]
        )
      ]
    )
    key = "dialled \(cluster) at \(peer.localAddress)"
  }

  /// Its cluster and endpoint, for a mesh that hasn't such a service.
  var items: [StreamOverlay.Item] {
    [
      StreamOverlay.Item(.cluster(Cluster(name: cluster)), key: key),
      StreamOverlay.Item(.endpoints(endpoints), key: key),
    ]
  }

  /// The one endpoint to begin with: the first of the mesh's own, where it has the service.
  func firstEndpoint(_ known: Resource?) -> StreamOverlay.Item {
    guard case .endpoints(var assignment)? = known,
      var locality = assignment.localities.first(where: { !$0.endpoints.isEmpty })
    else { return StreamOverlay.Item(.endpoints(endpoints), key: key) }
    locality.priority = 0
    locality.endpoints = [
      locality.endpoints.first(where: \.health.isUsable) ?? locality.endpoints[0]
    ]
    locality.weight = locality.endpoints[0].weight
    assignment.localities = [locality]
    return StreamOverlay.Item(.endpoints(assignment), key: "first \(assignment)")
  }
}
