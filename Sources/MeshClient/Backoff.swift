import TrafficEngine

extension Backoff {
  /// Between ADS streams, or access log streams.
  ///
  /// gRPC's own waits reach 120 s; an operator who restarted the control plane sits and watches, so
  /// these end at 5 s.
  static let xdsStream = Backoff(initial: .milliseconds(500), maximum: .seconds(5))
}
