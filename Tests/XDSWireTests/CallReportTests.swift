import MeshModel
import SwiftProtobuf
import Testing
import XDSCore
import XDSProtos
import XDSWire

private typealias ReportMessage = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage
private typealias Entry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry

@Suite("Call reports over the wire")
struct CallReportTests {
  private let call = CallRecord(
    time: Timestamp(microseconds: 1_649_308_000_384_001),
    nodeID: "node",
    authority: "\(host):20000",
    path: "/api.Greeter/SayHello",
    headers: [HeaderField(name: "lane", value: "a"), HeaderField(name: "user", value: "admin")],
    routeName: "admin",
    configVersion: "b1-7",
    cluster: clusterName("v2"),
    endpoint: "127.0.0.1:20002",
    workloadVersion: "v2.0.0",
    statusCode: 14,
    latencyMicroseconds: 2_000_950
  )

  private func read(_ report: CallReport, node: Node? = nil) throws -> CallReport {
    let bytes: [UInt8] = try ReportMessage(report, node: node).serializedBytes()
    return CallReport(try ReportMessage(serializedBytes: bytes), nodeID: "node")
  }

  @Test("come back as they went")
  func roundTrip() throws {
    var local = CallRecord(time: .zero, nodeID: "node", authority: "a", path: "/p")
    local.endpoint = "[::1]:80"
    local.time = Timestamp(microseconds: -1)
    let report = CallReport(calls: [call, local], dropped: 12)
    #expect(try read(report) == report)
    #expect(try read(CallReport(calls: [], dropped: 3)) == CallReport(calls: [], dropped: 3))
    #expect(try read(CallReport(calls: [])) == CallReport(calls: []))
  }

  @Test("name the client in the first message only")
  func identifier() {
    let first = ReportMessage(CallReport(calls: [call]), node: Node(id: "node"))
    #expect(first.identifier.node.id == "node")
    #expect(first.identifier.logName == "weir")
    #expect(!ReportMessage(CallReport(calls: [call]), node: nil).hasIdentifier)
  }

  @Test("use the fields that Envoy uses")
  func fields() {
    let entry = ReportMessage(CallReport(calls: [call]), node: nil).httpLogs.logEntry[0]
    let common = entry.commonProperties
    #expect(common.startTime == .init(seconds: 1_649_308_000, nanos: 384_001_000))
    #expect(common.duration == .init(seconds: 2, nanos: 950_000))
    #expect(common.upstreamCluster == clusterName("v2"))
    #expect(common.upstreamRemoteAddress.socketAddress.address == "127.0.0.1")
    #expect(common.upstreamRemoteAddress.socketAddress.portValue == 20002)
    #expect(common.routeName == "admin")
    #expect(common.metadata.filterMetadata["weir"]?.fields["config_version"] == "b1-7")
    #expect(entry.request.requestHeaders == ["lane": "a", "user": "admin"])
    #expect(entry.response.responseTrailers == ["grpc-status": "14"])
    #expect(entry.response.responseHeaders == ["x-workload-version": "v2.0.0"])
  }

  @Test("join headers of one name, and leave out an endpoint that is none")
  func oddValues() throws {
    var odd = call
    odd.headers = [HeaderField(name: "user", value: "a"), HeaderField(name: "user", value: "b")]
    odd.endpoint = "nowhere"
    let read = try read(CallReport(calls: [odd])).calls[0]
    #expect(read.headers == [HeaderField(name: "user", value: "a,b")])
    #expect(read.endpoint == "")
  }

  @Test("take an entry of Envoy's for what it tells")
  func envoy() {
    var entry = Entry()
    entry.commonProperties.startTime.seconds = 5
    entry.commonProperties.timeToLastDownstreamTxByte.nanos = 1_500_000
    entry.commonProperties.upstreamCluster = "c"
    entry.commonProperties.upstreamRemoteAddress.socketAddress.address = "::1"
    entry.commonProperties.upstreamRemoteAddress.socketAddress.portValue = 80
    entry.request.authority = "a"
    entry.request.requestHeaders = ["User": "admin"]
    entry.response.responseCode = 200
    var message = ReportMessage()
    message.httpLogs.logEntry = [entry, Entry()]

    var wanted = CallRecord(
      time: Timestamp(microseconds: 5_000_000),
      nodeID: "envoy",
      authority: "a",
      path: ""
    )
    wanted.headers = [HeaderField(name: "user", value: "admin")]
    wanted.cluster = "c"
    wanted.endpoint = "[::1]:80"
    wanted.latencyMicroseconds = 1500
    let calls = CallReport(message, nodeID: "envoy").calls
    #expect(calls.count == 2)
    #expect(calls[0] == wanted)
  }

  @Test("are of calls that are over: entries of their start or middle are not calls")
  func entryTypes() {
    let types: [(Envoy_Data_Accesslog_V3_AccessLogType, Int)] = [
      (.notSet, 1), (.downstreamEnd, 1), (.UNRECOGNIZED(99), 1), (.downstreamStart, 0),
      (.downstreamPeriodic, 0), (.upstreamEnd, 0),
    ]
    for (type, count) in types {
      var entry = Entry()
      entry.commonProperties.accessLogType = type
      entry.request.path = "/p"
      var message = ReportMessage()
      message.httpLogs.logEntry = [entry]
      #expect(CallReport(message, nodeID: "").calls.count == count)
    }
  }

  @Test("tell a call's status by trailer, flag or HTTP code, in this order")
  func statusCodes() {
    let table: [(Int, @Sendable (inout Entry) -> Void)] = [
      (0, { $0.response.responseCode = 200 }),
      (
        5,
        {
          $0.response.responseTrailers["grpc-status"] = "5"
          $0.commonProperties.responseFlags.noHealthyUpstream = true
        }
      ),
      (7, { $0.response.responseHeaders["grpc-status"] = "7" }),
      (
        14,
        {
          $0.response.responseCode = 200
          $0.commonProperties.responseFlags.noClusterFound = true
        }
      ),
      (12, { $0.commonProperties.responseFlags.noRouteFound = true }),
      (1, { $0.commonProperties.responseFlags.downstreamConnectionTermination = true }),
      (4, { $0.commonProperties.responseFlags.durationTimeout = true }),
      (14, { $0.response.responseCode = 503 }),
      (12, { $0.response.responseCode = 404 }),
      (2, { $0.response.responseTrailers["grpc-status"] = "no number" }),
    ]
    for (code, set) in table {
      var entry = Entry()
      set(&entry)
      var message = ReportMessage()
      message.httpLogs.logEntry = [entry]
      #expect(CallReport(message, nodeID: "").calls.map(\.statusCode) == [code])
    }
  }

  @Test("survive numbers out of range")
  func outOfRange() {
    var entry = Entry()
    entry.request.path = "/p"
    entry.commonProperties.startTime.seconds = .max
    entry.commonProperties.duration.seconds = -1
    var drops = Entry()
    drops.commonProperties.metadata.filterMetadata["weir"] = ["dropped": -0.5]
    var message = ReportMessage()
    message.httpLogs.logEntry = [entry, drops]
    let report = CallReport(message, nodeID: "")
    #expect(report.calls.map(\.time) == [Timestamp(microseconds: .max)])
    #expect(report.calls.map(\.latencyMicroseconds) == [0])
    #expect(report.dropped == 0)
  }
}
