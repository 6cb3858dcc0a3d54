package import XDSCore

/// When a call that failed is tried again, as proxyless gRPC does (gRFC A44).
package struct RetryPlan: Hashable, Sendable {
  /// All that gRPC knows of Envoy's conditions, by gRPC's status code.
  private static let codes: [Substring: Int] = [
    "cancelled": 1, "deadline-exceeded": 4, "internal": 13, "resource-exhausted": 8,
    "unavailable": 14,
  ]
  /// gRPC's limit, the first try included.
  private static let maximumTries = 5

  /// With the first one: 2 to 5.
  package let tries: Int
  /// gRPC's status codes, which a call has to fail with.
  package let statusCodes: Set<Int>
  private let initialBackoff: Duration
  private let maximumBackoff: Duration

  /// nil where no condition is one that gRPC knows.
  package init?(_ retry: RouteSettings.Retry) {
    let conditions = retry.retryOn.split(separator: ",").map { text in
      text.drop { $0 == " " }.prefix { $0 != " " }
    }
    statusCodes = Set(conditions.compactMap { RetryPlan.codes[$0] })
    guard !statusCodes.isEmpty, retry.attempts > 0 else { return nil }
    tries = min(Int(clamping: retry.attempts), RetryPlan.maximumTries - 1) + 1
    initialBackoff = retry.backoff ?? .milliseconds(25)
    maximumBackoff = max(retry.maximumBackoff ?? initialBackoff * 10, initialBackoff)
  }

  /// Whether there is another try after `made` of them, the last of which ended with that code.
  package func triesAgain(after made: Int, statusCode: Int) -> Bool {
    made < tries && statusCodes.contains(statusCode)
  }

  /// The waits between the tries of one call.
  package var backoff: Backoff {
    Backoff(initial: initialBackoff, multiplier: 2, maximum: maximumBackoff, jitter: 0.2)
  }
}
