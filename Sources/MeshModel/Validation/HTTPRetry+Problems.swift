extension HTTPRetry {
  /// Envoy's conditions and gRPC's.
  private static let conditions: Set<String> = [
    "5xx", "gateway-error", "reset", "reset-before-request", "connect-failure",
    "envoy-ratelimited", "retriable-4xx", "refused-stream", "retriable-status-codes",
    "retriable-headers", "http3-post-connect-failure", "cancelled", "deadline-exceeded",
    "internal", "resource-exhausted", "unavailable",
  ]

  /// What is wrong with it by itself.
  var problems: [FieldProblem] {
    var problems: [FieldProblem] = []
    let isSaid = perTryTimeout != nil || !retryOn.isEmpty || retryRemoteLocalities != nil
    if attempts == 0, isSaid {
      problems.append(
        .error(
          .retriesInvalid,
          at: "attempts",
          "attempts is 0, so nothing is tried again, but the retries say how; "
            + "want 1 or more, or nothing else",
          fix: "set attempts, or remove the rest of retries"
        )
      )
    }
    for word in retryOn where !HTTPRetry.isCondition(word) {
      problems.append(
        .error(
          .retriesInvalid,
          at: "retryOn",
          "\"\(word)\" is no condition to retry on; want words such as unavailable, 5xx, "
            + "connect-failure or reset, or an HTTP status",
          fix: "replace \(word) by one of Envoy's conditions"
        )
      )
    }
    problems += perTryTimeout?.problems(of: "perTryTimeout", at: "perTryTimeout") ?? []
    return problems + (backoff?.problems(of: "backoff", at: "backoff") ?? [])
  }

  private static func isCondition(_ word: String) -> Bool {
    conditions.contains(word)
      || word.utf8.count == 3 && Int(word).map((100...599).contains) ?? false
  }
}
