import MeshModel
import SwiftProtobuf
import Testing
import XDSProtos
import XDSWire

@Suite("Load reports over the wire")
struct LoadReportTests {
  private typealias RequestMessage = Envoy_Service_LoadStats_V3_LoadStatsRequest

  private func stats(_ cluster: String, issued: UInt64...) -> Envoy_Config_Endpoint_V3_ClusterStats
  {
    var stats = Envoy_Config_Endpoint_V3_ClusterStats()
    stats.clusterName = cluster
    stats.upstreamLocalityStats = issued.map { count in
      var locality = Envoy_Config_Endpoint_V3_UpstreamLocalityStats()
      locality.totalIssuedRequests = count
      locality.totalSuccessfulRequests = count
      return locality
    }
    return stats
  }

  @Test("come back as they went")
  func roundTrip() throws {
    let report = LoadReport(
      nodeID: "n",
      intervalMicroseconds: 1_000_001,
      clusters: [
        .init(cluster: clusterName("v1"), issued: 91, succeeded: 90, failed: 1, inProgress: 2),
        .init(cluster: clusterName("v2"), issued: 9, succeeded: 9, dropped: 4),
      ]
    )
    let bytes: [UInt8] = try RequestMessage(report).serializedBytes()
    #expect(LoadReport(try RequestMessage(serializedBytes: bytes), nodeID: "n") == report)
  }

  @Test("localities are summed, and sums that don't fit are the largest number")
  func sums() {
    var message = RequestMessage()
    message.clusterStats = [stats("a", issued: 1, 2), stats("b", issued: .max, 7)]
    message.clusterStats[1].loadReportInterval = .init(seconds: -3, nanos: 0)
    let report = LoadReport(message, nodeID: "n")
    #expect(report.clusters.map(\.issued) == [3, .max])
    #expect(report.clusters.map(\.succeeded) == [3, .max])
    #expect(report.intervalMicroseconds == 0)
  }

  @Test("the first message of a stream has no clusters, and more than the limit are left out")
  func bounds() {
    #expect(LoadReport(RequestMessage(), nodeID: "n").clusters.isEmpty)
    var message = RequestMessage()
    message.clusterStats = (0..<5).map { stats("c\($0)", issued: 1) }
    let report = LoadReport(message, nodeID: "n", maxClusters: 3)
    #expect(report.clusters.map(\.cluster) == ["c0", "c1", "c2"])
  }

  @Test("are asked for by interval, for all clusters")
  func response() {
    let message = Envoy_Service_LoadStats_V3_LoadStatsResponse(intervalMicroseconds: 1_500_000)
    #expect(message.sendAllClusters)
    #expect(message.loadReportingInterval == .init(seconds: 1, nanos: 500_000_000))
    #expect(!message.reportEndpointGranularity)
  }
}
