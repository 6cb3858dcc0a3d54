import MeshModel
import SwiftProtobuf
import XDSCore
import XDSProtos

extension RouteSettings {
  /// Reads what gRPC clients obey of a route's action, and leaves the rest.
  mutating func read(_ action: Envoy_Config_Route_V3_RouteAction) throws(WireError) {
    if action.hasMaxStreamDuration { timeout = action.maxStreamDuration.limit }
    if action.hasRetryPolicy { retry = try action.retryPolicy.decoded() }
    // gRFC A42: other kinds are left out; so is the rest of the list after a terminal one that
    // gave a hash, which one header less or more doesn't change here.
    hashPolicies = action.hashPolicy.compactMap { policy in
      guard case .header(let header) = policy.policySpecifier, !header.headerName.isEmpty,
        !header.headerName.hasSuffix("-bin")
      else { return nil }
      return .header(header.headerName.lowercased())
    }
  }
}

extension Envoy_Config_Route_V3_RouteAction.MaxStreamDuration {
  /// gRFC A31; nil for none, which 0 stands for.
  fileprivate var limit: Duration? {
    let limit =
      hasGrpcTimeoutHeaderMax ? grpcTimeoutHeaderMax.duration : maxStreamDuration.duration
    return limit > .zero ? limit : nil
  }
}

extension Google_Protobuf_Duration {
  /// 0 for less than none; never more than what nanoseconds can tell in 63 bits.
  var duration: Duration {
    guard seconds >= 0, nanos >= 0 else { return .zero }
    let (seconds, nanos) = (min(seconds, 9_000_000_000), min(nanos, 999_999_999))
    return .seconds(seconds) + .nanoseconds(Int64(nanos))
  }
}

extension Envoy_Config_Route_V3_RetryPolicy {
  /// gRFC A44: the conditions that gRPC knows; nil where it knows none.
  func decoded() throws(WireError) -> RouteSettings.Retry? {
    guard !hasNumRetries || numRetries.value > 0 else {
      throw WireError("retry_policy.num_retries is 0; want 1 or more")
    }
    guard !hasRetryBackOff || retryBackOff.hasBaseInterval else {
      throw WireError("retry_policy.retry_back_off.base_interval is missing")
    }
    let backoff = try duration("base_interval", hasRetryBackOff, retryBackOff.baseInterval)
    let most = try duration("max_interval", retryBackOff.hasMaxInterval, retryBackOff.maxInterval)
    if let backoff, let most, most < backoff {
      throw WireError("retry_policy.retry_back_off: max_interval is less than base_interval")
    }
    let known = RouteSettings.Retry.grpcConditions
    let conditions = retryOn.split(separator: ",").map(String.init).filter(known.contains)
    guard !conditions.isEmpty else { return nil }
    return RouteSettings.Retry(
      attempts: hasNumRetries ? numRetries.value : 1,
      retryOn: conditions.joined(separator: ","),
      backoff: backoff,
      maximumBackoff: most
    )
  }

  /// nil where it isn't there.
  private func duration(
    _ field: String,
    _ isThere: Bool,
    _ value: Google_Protobuf_Duration
  ) throws(WireError) -> Duration? {
    guard isThere else { return nil }
    guard value.duration > .zero else {
      throw WireError("retry_policy.retry_back_off.\(field) is 0 or less; want more")
    }
    return value.duration
  }
}

/// The fault that filters are configured with by route or virtual host; nil for none.
///
/// What configures another filter is refused, unless it may be ignored (gRFC A39).
func fault(in configurations: [String: Google_Protobuf_Any]) throws(WireError) -> HTTPFault? {
  var fault: HTTPFault?
  for (name, packed) in configurations.sorted(by: { $0.key < $1.key }) {
    let place = "typed_per_filter_config[\(name)]"
    var (content, isOptional) = (packed, false)
    if packed.isA(Proto.FilterConfig.self) {
      let wrapper = try packed.unpacked(as: Proto.FilterConfig.self, place)
      (content, isOptional) = (wrapper.config, wrapper.isOptional)
      if wrapper.disabled, name == Listener.Filter.fault.wireName {
        fault = HTTPFault()
        continue
      }
    }
    if content.isA(Proto.HTTPFault.self) {
      let message = try content.unpacked(as: Proto.HTTPFault.self, place)
      fault = try within(place) { () throws(WireError) in try HTTPFault(message) }
    } else if !isOptional {
      throw WireError("\(place) is \(packed.typeName); want none, or an optional FilterConfig")
    }
  }
  return fault
}

extension HTTPFault {
  /// Decodes a fault (gRFC A33).
  fileprivate init(
    _ message: Envoy_Extensions_Filters_Http_Fault_V3_HTTPFault
  ) throws(WireError) {
    self.init()
    if case .fixedDelay(let duration)? = message.delay.faultDelaySecifier {
      delay = Delay(
        duration: duration.duration,
        percentage: try message.delay.percentage.percentage("delay")
      )
    }
    let percentage = try message.abort.percentage.percentage("abort")
    switch message.abort.errorType {
    case .httpStatus(let status):
      guard let status = UInt16(exactly: status), (200..<600).contains(status) else {
        throw WireError("abort: http_status is \(status); want 200 to 599")
      }
      abort = Abort(status: .http(status), percentage: percentage)
    case .grpcStatus(let code):
      guard code <= 16 else { throw WireError("abort: grpc_status is \(code); want 0 to 16") }
      abort = Abort(status: .grpc(code), percentage: percentage)
    // Both ask for faults by the headers of the call, which nothing in the mesh sends.
    case .headerAbort, nil: break
    }
  }
}

extension Envoy_Type_V3_FractionalPercent {
  fileprivate func percentage(_ place: String) throws(WireError) -> Percentage {
    Percentage(perMillion: try perMillion(place))
  }
}
