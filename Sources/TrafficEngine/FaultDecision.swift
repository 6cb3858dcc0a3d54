package import MeshModel

/// What a fault on purpose makes of one call, as proxyless gRPC does (gRFC A33): delay first, then
/// abort.
package struct FaultDecision: Hashable, Sendable {
  /// nil for none.
  package let delay: Duration?
  /// gRPC's status code, 1 to 16, that the call ends with; nil for none.
  package let abortCode: Int?

  /// Draws for one call.
  package init(_ fault: HTTPFault, using dice: inout some RandomNumberGenerator) {
    delay = fault.delay.flatMap { delay in
      FaultDecision.hits(delay.percentage, &dice) ? delay.duration : nil
    }
    abortCode = fault.abort.flatMap { abort in
      FaultDecision.hits(abort.percentage, &dice) ? abort.status.grpcCode : nil
    }
  }

  private static func hits(
    _ share: Percentage,
    _ dice: inout some RandomNumberGenerator
  ) -> Bool {
    dice.next(upperBound: 1_000_000 as UInt64) < UInt64(share.perMillion)
  }
}

extension HTTPFault.Abort.Status {
  /// gRPC's code for what the call would have met; nil where it is no failure, or unknown to gRPC.
  fileprivate var grpcCode: Int? {
    switch self {
    case .grpc(let code): (1...16).contains(code) ? Int(code) : nil
    case .http(let status): status.grpcCode
    case .http2: nil
    }
  }
}

extension UInt16 {
  /// As gRPC maps HTTP statuses; what it has no code for is UNKNOWN.
  fileprivate var grpcCode: Int {
    switch self {
    case 400: 13
    case 401: 16
    case 403: 7
    case 404: 12
    case 429, 502, 503, 504: 14
    default: 2
    }
  }
}
