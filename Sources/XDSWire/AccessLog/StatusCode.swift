import SwiftProtobuf
import XDSProtos

extension Envoy_Data_Accesslog_V3_HTTPAccessLogEntry {
  /// The gRPC status code that the caller saw.
  ///
  /// The trailer says it where it was logged; else Envoy's flags do, since it answers a gRPC call
  /// that it can't forward with HTTP 200; else the HTTP code as gRPC maps it.
  var grpcStatusCode: Int {
    let text =
      response.responseTrailers[grpcStatusTrailer] ?? response.responseHeaders[grpcStatusTrailer]
    if let code = text.flatMap({ Int($0) }), code >= 0 { return code }
    return commonProperties.responseFlags.grpcStatusCode
      ?? grpcStatus(ofHTTP: response.responseCode.value)
  }
}

extension Envoy_Data_Accesslog_V3_ResponseFlags {
  /// nil where none tells of a failure.
  fileprivate var grpcStatusCode: Int? {
    if noRouteFound { return 12 }
    if downstreamConnectionTermination { return 1 }
    if durationTimeout || upstreamMaxStreamDurationReached { return 4 }
    let isUnavailable =
      noHealthyUpstream || noClusterFound || upstreamConnectionFailure
      || upstreamConnectionTermination || upstreamRequestTimeout || streamIdleTimeout
      || upstreamRemoteReset || upstreamOverflow
      || upstreamRetryLimitExceeded || upstreamProtocolError || localReset || overloadManager
      || dnsResolutionFailure || rateLimited
    return isUnavailable ? 14 : nil
  }
}

/// The mapping that gRPC prescribes to a client that finds no `grpc-status`.
private func grpcStatus(ofHTTP code: UInt32) -> Int {
  switch code {
  case 200: 0
  case 400: 13
  case 401: 16
  case 403: 7
  case 404: 12
  case 429, 502, 503, 504: 14
  default: 2
  }
}
