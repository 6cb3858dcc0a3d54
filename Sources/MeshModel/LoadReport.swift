/// What one client told of its load in one LRS message: counts since its message before.
package struct LoadReport: Hashable, Sendable {
  /// One cluster's calls, over all of its localities and endpoints.
  package struct ClusterLoad: Hashable, Sendable {
    /// Such as `outbound|20000|v1|host`.
    package var cluster: String
    /// Calls that were issued since the last report.
    package var issued: UInt64
    /// Calls that ended well since the last report.
    package var succeeded: UInt64
    /// Calls that ended badly since the last report.
    package var failed: UInt64
    /// Calls under way when the report was made.
    package var inProgress: UInt64
    /// Calls that the client itself dropped since the last report.
    package var dropped: UInt64

    /// Whether it tells of any call, or of any that was dropped.
    package var hasCounts: Bool { issued > 0 || succeeded > 0 || failed > 0 || dropped > 0 }

    package init(
      cluster: String,
      issued: UInt64 = 0,
      succeeded: UInt64 = 0,
      failed: UInt64 = 0,
      inProgress: UInt64 = 0,
      dropped: UInt64 = 0
    ) {
      self.cluster = cluster
      self.issued = issued
      self.succeeded = succeeded
      self.failed = failed
      self.inProgress = inProgress
      self.dropped = dropped
    }
  }

  /// The node ID of the xDS client.
  package var nodeID: String
  /// The client's own measure of the time that the counts are of, in microseconds; 0 where unsaid.
  package var intervalMicroseconds: UInt64
  package var clusters: [ClusterLoad]
  /// Whether it is the first of its stream that has counts: those may reach back to long before.
  ///
  /// A client that had no stream for a while keeps counting, and tells all of it at once.
  package var isFirst: Bool

  package init(
    nodeID: String,
    intervalMicroseconds: UInt64,
    clusters: [ClusterLoad],
    isFirst: Bool = false
  ) {
    self.nodeID = nodeID
    self.intervalMicroseconds = intervalMicroseconds
    self.clusters = clusters
    self.isFirst = isFirst
  }
}
