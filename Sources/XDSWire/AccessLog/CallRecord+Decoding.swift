import MeshModel
import SwiftProtobuf
import XDSProtos

extension CallRecord {
  /// The call that an entry tells of; `headers` are sorted by name.
  init(_ entry: Envoy_Data_Accesslog_V3_HTTPAccessLogEntry, nodeID: String) {
    let common = entry.commonProperties
    let request = entry.request
    let configVersion = common.ownField(.configVersion)?.stringValue ?? ""
    self.init(
      time: Timestamp(common.startTime),
      nodeID: nodeID,
      authority: request.authority,
      path: request.path,
      headers: request.requestHeaders
        .map { HeaderField(name: $0.key.lowercased(), value: $0.value) }
        .sorted { $0.name < $1.name },
      routeName: common.routeName,
      configVersion: configVersion,
      cluster: common.upstreamCluster,
      endpoint: common.upstreamRemoteAddress.hostPort,
      workloadVersion: entry.response.workloadVersion,
      statusCode: entry.grpcStatusCode,
      latencyMicroseconds: common.latency.microseconds,
      attempts: max(common.upstreamRequestAttemptCount, 1)
    )
  }
}

extension Envoy_Data_Accesslog_V3_AccessLogCommon {
  /// Envoy tells `duration`; older ones only when the last byte left.
  fileprivate var latency: Google_Protobuf_Duration {
    hasDuration ? duration : timeToLastDownstreamTxByte
  }
}

extension Envoy_Data_Accesslog_V3_HTTPResponseProperties {
  fileprivate var workloadVersion: String {
    responseHeaders[CallRecord.workloadVersionHeader]
      ?? responseTrailers[CallRecord.workloadVersionHeader] ?? ""
  }
}

extension Timestamp {
  /// Kept in range: an entry can hold any seconds.
  fileprivate init(_ time: Google_Protobuf_Timestamp) {
    let (microseconds, overflow) = time.seconds.multipliedReportingOverflow(by: 1_000_000)
    let (sum, sumOverflow) = microseconds.addingReportingOverflow(Int64(time.nanos) / 1000)
    self.init(
      microseconds: overflow || sumOverflow ? (time.seconds < 0 ? .min : .max) : sum
    )
  }
}

extension Google_Protobuf_Duration {
  /// 0 for a negative one, the largest number for one that doesn't fit.
  var microseconds: UInt64 {
    guard seconds >= 0, nanos >= 0 else { return 0 }
    let (microseconds, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000)
    let (sum, sumOverflow) = microseconds.addingReportingOverflow(UInt64(nanos) / 1000)
    return overflow || sumOverflow ? .max : sum
  }
}

extension Envoy_Config_Core_V3_Address {
  /// `address:port`, IPv6 in brackets; empty where it is no socket's.
  fileprivate var hostPort: String {
    guard case .socketAddress(let socket) = address, !socket.address.isEmpty else { return "" }
    let host = socket.address.contains(":") ? "[\(socket.address)]" : socket.address
    return "\(host):\(socket.portValue)"
  }
}
