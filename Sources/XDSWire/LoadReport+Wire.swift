package import MeshModel
import SwiftProtobuf
package import XDSProtos

extension LoadReport {
  /// Reads what a client reports of its load; never fails: counts that don't fit are the largest
  /// number, and what it doesn't say is 0.
  ///
  /// - Parameters:
  ///   - message: Any message of the stream; the first one has no clusters as a rule.
  ///   - nodeID: That of the node in the stream's first message.
  ///   - maxClusters: Those after so many are left out.
  package init(
    _ message: Envoy_Service_LoadStats_V3_LoadStatsRequest,
    nodeID: String,
    maxClusters: Int = 4096
  ) {
    let clusters = message.clusterStats.prefix(maxClusters)
    self.init(
      nodeID: nodeID,
      intervalMicroseconds: clusters.map(\.loadReportInterval.microseconds).max() ?? 0,
      clusters: clusters.map(ClusterLoad.init)
    )
  }
}

extension LoadReport.ClusterLoad {
  fileprivate init(_ stats: Envoy_Config_Endpoint_V3_ClusterStats) {
    self.init(cluster: stats.clusterName, dropped: stats.totalDroppedRequests)
    for locality in stats.upstreamLocalityStats {
      issued.add(clamping: locality.totalIssuedRequests)
      succeeded.add(clamping: locality.totalSuccessfulRequests)
      failed.add(clamping: locality.totalErrorRequests)
      inProgress.add(clamping: locality.totalRequestsInProgress)
    }
  }
}

extension Envoy_Service_LoadStats_V3_LoadStatsRequest {
  /// The report as a gRPC client sends it, all calls in one nameless locality.
  package init(_ report: LoadReport) {
    self.init()
    clusterStats = report.clusters.map { cluster in
      var stats = Envoy_Config_Endpoint_V3_ClusterStats()
      stats.clusterName = cluster.cluster
      stats.totalDroppedRequests = cluster.dropped
      stats.loadReportInterval = Google_Protobuf_Duration(
        microseconds: report.intervalMicroseconds
      )
      var locality = Envoy_Config_Endpoint_V3_UpstreamLocalityStats()
      locality.totalIssuedRequests = cluster.issued
      locality.totalSuccessfulRequests = cluster.succeeded
      locality.totalErrorRequests = cluster.failed
      locality.totalRequestsInProgress = cluster.inProgress
      stats.upstreamLocalityStats = [locality]
      return stats
    }
  }
}

extension Envoy_Service_LoadStats_V3_LoadStatsResponse {
  /// Asks for the load of all clusters.
  ///
  /// - Parameter intervalMicroseconds: The time between two reports; gRPC takes no less than a
  ///   second.
  package init(intervalMicroseconds: UInt64) {
    self.init()
    sendAllClusters = true
    loadReportingInterval = Google_Protobuf_Duration(microseconds: intervalMicroseconds)
  }
}

extension UInt64 {
  mutating func add(clamping other: UInt64) {
    let (sum, overflow) = addingReportingOverflow(other)
    self = overflow ? .max : sum
  }
}
