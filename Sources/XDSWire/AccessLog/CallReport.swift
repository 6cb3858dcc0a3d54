package import MeshModel
import SwiftProtobuf
package import XDSCore
package import XDSProtos

/// What a client reports in one message of its access log.
package struct CallReport: Hashable, Sendable {
  /// The `log_name` of Weir's own clients.
  package static let logName = "weir"

  package var calls: [CallRecord]
  /// Calls that the client made and left out since its last report: its buffer was full.
  package var dropped: UInt64

  package init(calls: [CallRecord], dropped: UInt64 = 0) {
    self.calls = calls
    self.dropped = dropped
  }
}

extension Envoy_Service_Accesslog_V3_StreamAccessLogsMessage {
  /// The report as Weir's clients send it.
  ///
  /// The protocol has no field for calls left out: their number is `dropped` in the metadata
  /// `weir` of one more entry, which comes last and has no request.
  ///
  /// - Parameters:
  ///   - report: What to send.
  ///   - node: The client, in the first message of a stream; nil in the others.
  package init(_ report: CallReport, node: Node?) {
    self.init()
    if let node {
      identifier.node = Envoy_Config_Core_V3_Node(node)
      identifier.logName = CallReport.logName
    }
    var entries = report.calls.map(Proto.HTTPAccessLogEntry.init)
    if report.dropped > 0 { entries.append(.dropped(report.dropped)) }
    httpLogs.logEntry = entries
  }
}

extension CallReport {
  /// Reads what a client, ours or Envoy, reports by HTTP log entries.
  ///
  /// Never fails: what an entry doesn't tell is empty.
  ///
  /// - Parameters:
  ///   - message: Any message of the stream.
  ///   - nodeID: That of the node in the stream's first message.
  package init(
    _ message: Envoy_Service_Accesslog_V3_StreamAccessLogsMessage,
    nodeID: String
  ) {
    self.init(calls: [])
    calls.reserveCapacity(message.httpLogs.logEntry.count)
    // An entry at a call's start or in its middle is not the call.
    for entry in message.httpLogs.logEntry where entry.isOfEnd {
      if let count = entry.droppedCount {
        dropped.add(clamping: count)
      } else {
        calls.append(CallRecord(entry, nodeID: nodeID))
      }
    }
  }
}

extension Envoy_Data_Accesslog_V3_HTTPAccessLogEntry {
  fileprivate static func dropped(_ count: UInt64) -> Self {
    var entry = Self()
    entry.commonProperties.setOwnField(
      .dropped,
      Google_Protobuf_Value(numberValue: Double(count))
    )
    return entry
  }

  /// Whether it was written when the call was over.
  fileprivate var isOfEnd: Bool {
    switch commonProperties.accessLogType {
    case .notSet, .downstreamEnd, .UNRECOGNIZED: true
    case .tcpUpstreamConnected, .tcpPeriodic, .tcpConnectionEnd, .downstreamStart,
      .downstreamPeriodic, .upstreamPoolReady, .upstreamPeriodic, .upstreamEnd,
      .downstreamTunnelSuccessfullyEstablished:
      false
    }
  }

  /// nil for an entry that is about a call.
  fileprivate var droppedCount: UInt64? {
    guard !hasRequest, case .numberValue(let count) = commonProperties.ownField(.dropped)?.kind
    else { return nil }
    return UInt64(exactly: count) ?? 0
  }
}
