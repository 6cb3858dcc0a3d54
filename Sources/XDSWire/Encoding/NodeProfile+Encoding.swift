import XDSCore

/// All that differs from profile to profile in how the same resource is written.
extension NodeProfile {
  /// Whether header conditions are written as `string_match`.
  ///
  /// dubbo-go knows only the older fields, one a condition, and refuses all routes otherwise.
  var writesStringMatch: Bool {
    switch self {
    case .grpc, .envoy: true
    case .dubbo: false
    }
  }

  /// Whether a call's limit is written as `max_stream_duration`; otherwise as `timeout`.
  var writesMaxStreamDuration: Bool {
    switch self {
    case .grpc: true
    case .envoy, .dubbo: false
    }
  }

  /// Whether clusters and routes say what a proxy has to be told: HTTP/2, no panic routing, no
  /// timeouts of its own.
  var isProxy: Bool {
    switch self {
    case .envoy: true
    case .grpc, .dubbo: false
    }
  }
}
