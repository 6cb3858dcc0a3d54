import MeshPicture

/// One client's calls, by the cluster that was picked.
struct ClusterCounts: Sendable {
  private struct Counts: Sendable {
    let cluster: String
    /// As it can be shown.
    let name: String
    var calls: UInt64 = 0
    var failed: UInt64 = 0
  }

  /// So many are told apart; calls to further ones stand under no cluster.
  private static let limit = 64

  private var counts: [Counts] = []
  private var places: [String: Int] = [:]
  /// Call after call has the same few.
  private var last = 0

  mutating func add(calls: UInt64, failed: UInt64, to cluster: String) {
    guard !cluster.isEmpty, let place = place(of: cluster) else { return }
    counts[place].calls += calls
    counts[place].failed += failed
    last = place
  }

  /// By the cluster's name.
  var pictures: [ClientPicture.ClusterCalls] {
    counts.sorted { $0.cluster < $1.cluster }.map {
      ClientPicture.ClusterCalls(
        cluster: $0.name,
        calls: $0.calls,
        failed: $0.failed
      )
    }
  }

  private mutating func place(of cluster: String) -> Int? {
    if counts.indices.contains(last), counts[last].cluster == cluster { return last }
    if let place = places[cluster] { return place }
    guard counts.count < ClusterCounts.limit else { return nil }
    places[cluster] = counts.count
    let name = cluster.printable(limit: TextLimit.identifier)
    counts.append(Counts(cluster: cluster, name: name))
    return counts.count - 1
  }
}
