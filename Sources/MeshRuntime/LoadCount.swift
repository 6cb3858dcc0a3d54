import MeshModel

/// The calls of one cluster that load reports tell of, within bounds that sums can't overflow.
struct LoadCount: Hashable, Sendable {
  /// More than any client makes in one report.
  private static let limit: UInt64 = 1_000_000_000

  let cluster: String
  let answered: UInt64
  let failed: UInt64

  var calls: UInt64 { answered + failed }

  init(cluster: String, answered: UInt64, failed: UInt64) {
    self.cluster = cluster
    self.answered = min(answered, LoadCount.limit)
    self.failed = min(failed, LoadCount.limit)
  }

  init(_ load: LoadReport.ClusterLoad) {
    self.init(cluster: load.cluster, answered: load.succeeded, failed: load.failed)
  }

  /// A report's numbers within those bounds.
  static func bounded(_ load: LoadReport.ClusterLoad) -> LoadReport.ClusterLoad {
    var load = load
    load.issued = min(load.issued, limit)
    load.succeeded = min(load.succeeded, limit)
    load.failed = min(load.failed, limit)
    load.inProgress = min(load.inProgress, limit)
    load.dropped = min(load.dropped, limit)
    return load
  }
}
