import GRPCCore
import GRPCProtobuf
import XDSCore
import XDSProtos
import XDSWire

/// What goes over an access log stream: who reports, once, then reports.
enum AccessLogMessage: Sendable {
  case identifier(Node)
  case report(CallReport)
}

/// Writes reports without the generated messages, whose making costs more than a call's routing.
struct AccessLogSerializer: MessageSerializer {
  private typealias Generated = Envoy_Service_Accesslog_V3_StreamAccessLogsMessage

  func serialize<Bytes: GRPCContiguousBytes>(_ message: AccessLogMessage) throws -> Bytes {
    switch message {
    case .identifier(let node):
      let message = Generated(CallReport(calls: []), node: node)
      return try ProtobufSerializer<Generated>().serialize(message)
    case .report(let report):
      return Bytes(report.accessLogBytes())
    }
  }
}
