/// How endpoints are asked for their health.
package struct HealthCheckSettings: Hashable, Sendable {
  /// The service whose status is asked for; empty for the server as a whole.
  package var service: String
  /// From one check of an endpoint to the next.
  package var interval: Duration
  /// What is not answered by then has failed.
  package var timeout: Duration
  /// Failures in a row that make an endpoint unhealthy, 1 or more.
  package var failureThreshold: Int
  /// Successes in a row that make it healthy again, 1 or more.
  package var successThreshold: Int
  /// Checks that are under way at a time, 1 or more.
  package var maximumConcurrentChecks: Int

  package init(
    service: String = "",
    interval: Duration = .seconds(2),
    timeout: Duration = .seconds(1),
    failureThreshold: Int = 2,
    successThreshold: Int = 1,
    maximumConcurrentChecks: Int = 32
  ) {
    self.service = service
    self.interval = interval
    self.timeout = timeout
    self.failureThreshold = max(1, failureThreshold)
    self.successThreshold = max(1, successThreshold)
    self.maximumConcurrentChecks = max(1, maximumConcurrentChecks)
  }
}
