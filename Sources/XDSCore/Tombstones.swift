/// Endpoints that are gone and must go on being told as unhealthy.
///
/// dubbo-go forgets an endpoint when it is told that it is unhealthy, not when it is told no more.
extension ClusterLoadAssignment {
  /// So many are kept for a cluster, the latest.
  static let mostTombstones = 256

  /// The assignment with those of `old` that it lacks, as unhealthy, in its one locality.
  func withTombstones(for old: [Endpoint]) -> ClusterLoadAssignment {
    let present = Set(localities.flatMap(\.endpoints).map(\.hostPort))
    let gone = old.filter { !present.contains($0.hostPort) }
    guard !gone.isEmpty else { return self }
    // What was unhealthy before went earlier, as far as can be told.
    let ordered = gone.filter { !$0.health.isUsable } + gone.filter(\.health.isUsable)
    let tombstones = ordered.suffix(Self.mostTombstones).map {
      Endpoint(address: $0.address, port: $0.port, health: .unhealthy)
    }
    let endpoints = localities.flatMap(\.endpoints) + tombstones
    let weight = endpoints.reduce(0) { $0 + UInt64($1.weight) }
    return ClusterLoadAssignment(
      clusterName: clusterName,
      localities: [LocalityEndpoints(weight: UInt32(clamping: weight), endpoints: endpoints)]
    )
  }
}

/// The endpoints of clusters that are gone, in case they come back before every client has heard.
struct Graveyard: Sendable {
  /// So many clusters are remembered, the latest.
  private static let mostClusters = 1024

  /// Oldest first.
  private var graves: [(cluster: String, endpoints: [Endpoint])] = []

  mutating func bury(_ endpoints: [Endpoint], of cluster: String) {
    guard !endpoints.isEmpty else { return }
    graves.append((cluster, endpoints.suffix(2 * ClusterLoadAssignment.mostTombstones)))
    if graves.count > Self.mostClusters { graves.removeFirst() }
  }

  /// The endpoints of a cluster that comes back, which are forgotten here.
  mutating func open(_ cluster: String) -> [Endpoint] {
    guard let index = graves.lastIndex(where: { $0.cluster == cluster }) else { return [] }
    return graves.remove(at: index).endpoints
  }
}
