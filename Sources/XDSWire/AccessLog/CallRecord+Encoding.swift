import MeshModel
import SwiftProtobuf
import XDSProtos

/// The trailer that holds a call's status code.
let grpcStatusTrailer = "grpc-status"

extension Envoy_Data_Accesslog_V3_HTTPAccessLogEntry {
  /// The call as an entry; headers that occur more than once are joined with commas.
  init(_ call: CallRecord) {
    self.init()
    protocolVersion = .http2
    commonProperties = Proto.AccessLogCommon(call)

    request.requestMethod = .post
    request.authority = call.authority
    request.path = call.path
    request.requestHeaders = call.joinedHeaders

    response.responseCode = 200
    response.responseTrailers[grpcStatusTrailer] = "\(call.statusCode)"
    if !call.workloadVersion.isEmpty {
      response.responseHeaders[CallRecord.workloadVersionHeader] = call.workloadVersion
    }
  }
}

extension CallRecord {
  /// The headers as the map that an entry holds.
  var joinedHeaders: [String: String] {
    Dictionary(headers.map { ($0.name, $0.value) }, uniquingKeysWith: { "\($0),\($1)" })
  }
}

extension Envoy_Data_Accesslog_V3_AccessLogCommon {
  init(_ call: CallRecord) {
    self.init()
    startTime = Google_Protobuf_Timestamp(call.time)
    duration = Google_Protobuf_Duration(microseconds: call.latencyMicroseconds)
    upstreamCluster = call.cluster
    routeName = call.routeName
    if call.attempts > 1 { upstreamRequestAttemptCount = call.attempts }
    accessLogType = .downstreamEnd
    if let socket = Envoy_Config_Core_V3_SocketAddress(hostPort: call.endpoint) {
      upstreamRemoteAddress.socketAddress = socket
    }
    if !call.configVersion.isEmpty {
      setOwnField(.configVersion, Google_Protobuf_Value(stringValue: call.configVersion))
    }
  }
}

extension Google_Protobuf_Timestamp {
  /// Rounded down to a second and up again, so that times before 1970 keep nanoseconds >= 0.
  init(_ time: Timestamp) {
    let (quotient, remainder) = time.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let isNegative = remainder < 0
    self.init(
      seconds: isNegative ? quotient - 1 : quotient,
      nanos: Int32(isNegative ? remainder + 1_000_000 : remainder) * 1000
    )
  }
}

extension Google_Protobuf_Duration {
  init(microseconds: UInt64) {
    self.init(
      seconds: Int64(microseconds / 1_000_000),
      nanos: Int32(microseconds % 1_000_000) * 1000
    )
  }
}

extension Envoy_Config_Core_V3_SocketAddress {
  /// Takes `address:port` apart, with or without brackets; nil for anything else.
  init?(hostPort: String) {
    guard let colon = hostPort.lastIndex(of: ":"),
      let port = UInt16(hostPort[hostPort.index(after: colon)...])
    else { return nil }
    var host = hostPort[..<colon]
    if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { return nil }
    self.init()
    address = String(host)
    portValue = UInt32(port)
  }
}
