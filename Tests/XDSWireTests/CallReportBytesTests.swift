import MeshModel
import SwiftProtobuf
import Testing
import XDSProtos
import XDSWire

@Suite("CallReport bytes")
struct CallReportBytesTests {
  @Test(
    "decode to the very message that the generated code makes",
    arguments: [
      CallReport(calls: []),
      CallReport(calls: [], dropped: 7),
      CallReport(calls: [empty]),
      CallReport(calls: [full]),
      CallReport(calls: [full, empty, long, early], dropped: 1),
      CallReport(calls: Array(repeating: full, count: 1000), dropped: 123_456_789),
    ]
  )
  func equalMessages(report: CallReport) throws {
    typealias Message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage
    let decoded = try Message(serializedBytes: report.accessLogBytes())
    #expect(decoded == Message(report, node: nil))
  }
}

private let empty = CallRecord(time: .zero, nodeID: "", authority: "", path: "")

private let full = CallRecord(
  time: Timestamp(microseconds: 1_700_000_000_123_456),
  nodeID: "n",
  authority: "greeter.default.svc.cluster.local:20000",
  path: "/api.Greeter/SayHello",
  headers: [.init(name: "user", value: "admin"), .init(name: "x", value: "größe")],
  routeName: "rule-1",
  configVersion: "b7f3-43",
  cluster: "outbound|20000|v1|greeter.default.svc.cluster.local",
  endpoint: "127.0.0.1:20001",
  workloadVersion: "v1.0.0",
  statusCode: 14,
  latencyMicroseconds: 1_234_567
)

private let long: CallRecord = {
  var call = full
  call.headers = [.init(name: "h", value: String(repeating: "v", count: 20_000))]
  call.endpoint = "[::1]:65535"
  call.latencyMicroseconds = 3_600_000_000
  return call
}()

private let early: CallRecord = {
  var call = full
  call.time = Timestamp(microseconds: -1)
  call.endpoint = "nowhere"
  call.headers = [.init(name: "a", value: "1"), .init(name: "a", value: "2")]
  return call
}()
