import GRPCCore
import MeshModel
import Testing
import XDSCore
import XDSProtos
import XDSWire

@testable import ControlPlane

private typealias Message = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage

@Suite("Access logs", .timeLimit(.minutes(1)))
struct AccessLogTests {
  private static func call(_ path: String, nodeID: String = "") -> CallRecord {
    CallRecord(
      time: Timestamp(microseconds: 1_000_000),
      nodeID: nodeID,
      authority: Walkthrough.listener,
      path: path,
      cluster: Walkthrough.v1,
      endpoint: "127.0.0.1:20001",
      workloadVersion: "v1.0.0",
      latencyMicroseconds: 950
    )
  }

  @Test("passes a client's calls on, under the name that it gave first")
  func calls() async throws {
    try await RunningControlPlane.with { running, connection in
      let client = Envoy_Service_Accesslog_V3_AccessLogService.Client(wrapping: connection)
      let request = StreamingClientRequest<Message> { writer in
        let first = CallReport(calls: [Self.call("/a"), Self.call("/b")])
        try await writer.write(Message(first, node: Node(id: "client-1")))
        try await writer.write(Message(CallReport(calls: [Self.call("/c")], dropped: 5), node: nil))
      }
      _ = try await client.streamAccessLogs(request: request)
      let told = running.calls.all
      #expect(
        told.map(\.records) == [
          [Self.call("/a", nodeID: "client-1"), Self.call("/b", nodeID: "client-1")],
          [Self.call("/c", nodeID: "client-1")],
        ]
      )
      #expect(told.map(\.dropped) == [0, 5])
    }
  }

  @Test("counts what it can't use, and goes on")
  func unusable() throws {
    var stream = AccessLogStream(.init())
    var message = Message(CallReport(calls: [Self.call("/a")]), node: Node(id: "n"))
    message.httpLogs.logEntry.append(.init())
    let first = try stream.receive(message)
    #expect(first.records == [Self.call("/a", nodeID: "n")])
    #expect(first.dropped == 1)

    let second = try stream.receive(nil)
    #expect(second.records.isEmpty)
    #expect(second.dropped == 1)

    var tcp = Message()
    tcp.tcpLogs.logEntry = [.init(), .init()]
    #expect(try stream.receive(tcp).dropped == 2)
    #expect(try stream.receive(message).records.count == 1)
  }

  @Test("takes no calls of nobody's where certificates say who may be whom")
  func nameless() throws {
    let rules = StreamRules(identities: [IdentityRule(identityGlob: "web", nodeIDGlob: "web-*")])
    let message = Message(CallReport(calls: [Self.call("/a")]), node: nil)
    var stream = AccessLogStream(
      peer: ClientPeer(address: "peer", identities: ["web"]),
      outlets: ReportOutlets(rules: rules)
    )
    let end = StreamEnd.notAllowed(nodeID: "", identities: ["web"])
    #expect(throws: end) { try stream.receive(message) }
    let named = Message(CallReport(calls: [Self.call("/a")]), node: Node(id: "web-1"))
    #expect(try stream.receive(named).records == [Self.call("/a", nodeID: "web-1")])
    #expect(try stream.receive(message).records == [Self.call("/a", nodeID: "web-1")])
  }

  @Test("cuts texts to length, and takes no client's word for an endless number of lost calls")
  func bounds() throws {
    var stream = AccessLogStream(.init())
    var call = Self.call(String(repeating: "p", count: 9_999))
    call.headers = (0..<100).map {
      HeaderField(name: "h\($0)", value: String(repeating: "v", count: 5_000))
    }
    let report = CallReport(calls: [call], dropped: 1 << 60)
    let (records, dropped) = try stream.receive(
      Message(report, node: Node(id: String(repeating: "n", count: 999)))
    )
    let record = try #require(records.first)
    #expect(record.path.utf8.count == 1_024)
    #expect(record.headers.count == 64)
    #expect(record.headers.allSatisfy { $0.value.utf8.count == 1_024 })
    #expect(record.nodeID.utf8.count == 256)
    #expect(dropped == UInt64(UInt32.max))
  }
}
