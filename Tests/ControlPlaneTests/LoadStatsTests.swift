import GRPCCore
import MeshModel
import SwiftProtobuf
import Synchronization
import Testing
import XDSCore
import XDSProtos
import XDSWire

@testable import ControlPlane

private typealias Request = Envoy_Service_LoadStats_V3_LoadStatsRequest
private typealias Response = Envoy_Service_LoadStats_V3_LoadStatsResponse

@Suite("Load reports", .timeLimit(.minutes(1)))
struct LoadStatsTests {
  private static func report(_ cluster: String, issued: UInt64) -> Request {
    Request(
      LoadReport(
        nodeID: "",
        intervalMicroseconds: 1_000_000,
        clusters: [.init(cluster: cluster, issued: issued, succeeded: issued)]
      )
    )
  }

  private static func hello(_ nodeID: String) -> Request {
    var request = Request()
    request.node = Envoy_Config_Core_V3_Node(Node(id: nodeID))
    return request
  }

  @Test("asks for all clusters once, passes the counts on, and tells when the stream is open")
  func stream() async throws {
    var configuration = ControlPlane.Configuration(port: 0)
    configuration.loadReportingInterval = .milliseconds(1_500)
    try await RunningControlPlane.with(configuration) { running, connection in
      let client = Envoy_Service_LoadStats_V3_LoadReportingService.Client(wrapping: connection)
      let answers = Recorder<Response>()
      let request = StreamingClientRequest<Request> { writer in
        try await writer.write(Self.hello("client-1"))
        let answer = try await answers.element(1)
        #expect(answer.sendAllClusters)
        #expect(!answer.reportEndpointGranularity)
        #expect(answer.loadReportingInterval.seconds == 1)
        #expect(answer.loadReportingInterval.nanos == 500_000_000)
        try await writer.write(Self.report(Walkthrough.v1, issued: 91))
        // Envoy names itself in each.
        var second = Self.report(Walkthrough.v2, issued: 9)
        second.node = Self.hello("client-1").node
        try await writer.write(second)
        try await running.loads.element(2)
      }
      try await client.streamLoadStats(request: request) { response in
        for try await answer in response.messages { answers.record(answer) }
      }
      #expect(answers.all.count == 1)
      let loads = running.loads.all
      #expect(loads.map(\.nodeID) == ["client-1", "client-1"])
      #expect(loads.flatMap(\.clusters).map(\.cluster) == [Walkthrough.v1, Walkthrough.v2])
      #expect(loads.flatMap(\.clusters).map(\.issued) == [91, 9])
      #expect(loads.allSatisfy { $0.intervalMicroseconds == 1_000_000 })
      try await running.reportStreams.element(2)
      #expect(
        running.reportStreams.all == [
          .init(source: .loadReport, nodeID: "client-1", isOpen: true),
          .init(source: .loadReport, nodeID: "client-1", isOpen: false),
        ]
      )
    }
  }

  @Test("marks the first counts of each stream, which may be of a time without one")
  func first() throws {
    let loads = Recorder<LoadReport>()
    let outlets = ReportOutlets(onLoad: { loads.record($0) })
    for _ in 0..<2 {
      var stream = LoadStatsStream(peer: ClientPeer(address: ""), outlets: outlets)
      _ = try stream.receive(Self.hello("client-1"))
      for issued: UInt64 in [0, 7, 0, 8] {
        _ = try stream.receive(Self.report(Walkthrough.v1, issued: issued))
      }
    }
    let isFirst = [false, true, false, false]
    #expect(loads.all.map(\.isFirst) == isFirst + isFirst)
  }

  @Test("bounds what a client claims, survives garbage, and takes no counts of nobody")
  func bounds() throws {
    let loads = Recorder<LoadReport>()
    var limits = ControlPlane.Limits()
    limits.maxReportedClusters = 2
    var stream = LoadStatsStream(
      peer: ClientPeer(address: ""),
      outlets: ReportOutlets(rules: StreamRules(limits: limits), onLoad: { loads.record($0) })
    )
    #expect(try stream.receive(nil) == false)
    #expect(try stream.receive(Self.report(Walkthrough.v1, issued: 1)))
    #expect(loads.all.isEmpty)

    var request = Self.hello(String(repeating: "n", count: 999))
    var endless = Envoy_Config_Endpoint_V3_ClusterStats()
    endless.clusterName = String(repeating: "c", count: 9_999)
    var locality = Envoy_Config_Endpoint_V3_UpstreamLocalityStats()
    locality.totalIssuedRequests = .max
    locality.totalErrorRequests = .max
    endless.upstreamLocalityStats = [locality, locality]
    endless.totalDroppedRequests = .max
    endless.loadReportInterval.seconds = .max
    request.clusterStats = [endless, endless, endless]
    #expect(try stream.receive(request) == false)
    let report = try #require(loads.all.first)
    #expect(report.nodeID.utf8.count == 256)
    #expect(report.clusters.count == 2)
    let load = try #require(report.clusters.first)
    #expect(load.cluster.utf8.count == 1_024)
    #expect(load.issued == UInt64(UInt32.max))
    #expect(load.failed == UInt64(UInt32.max))
    #expect(load.dropped == UInt64(UInt32.max))
  }

  @Test("tells of an access log's stream too, and closes each once")
  func accessLogStream() async throws {
    try await RunningControlPlane.with { running, connection in
      let client = Envoy_Service_Accesslog_V3_AccessLogService.Client(wrapping: connection)
      let request = StreamingClientRequest<Envoy_Service_Accesslog_V3_StreamAccessLogsMessage> {
        writer in
        try await writer.write(.init(CallReport(calls: []), node: Node(id: "envoy-1")))
        try await running.reportStreams.element(1)
      }
      _ = try await client.streamAccessLogs(request: request)
      try await running.reportStreams.element(2)
      #expect(
        running.reportStreams.all == [
          .init(source: .accessLog, nodeID: "envoy-1", isOpen: true),
          .init(source: .accessLog, nodeID: "envoy-1", isOpen: false),
        ]
      )
    }
  }

  @Test("takes reports only from whoever may speak for the node")
  func identities() throws {
    let rules = StreamRules(
      identities: [IdentityRule(identityGlob: "spiffe://mesh/web", nodeIDGlob: "web-*")]
    )
    let opened = Recorder<String>()
    let outlets = ReportOutlets(rules: rules, onReportStream: { _, node, _ in opened.record(node) })
    let peer = ClientPeer(address: "", identities: ["spiffe://mesh/web"])
    var stranger = LoadStatsStream(peer: peer, outlets: outlets)
    #expect(throws: StreamEnd.self) { try stranger.receive(Self.hello("db-1")) }
    var friend = LoadStatsStream(peer: peer, outlets: outlets)
    #expect(try friend.receive(Self.hello("web-1")))
    #expect(opened.all == ["web-1"])
  }
}
