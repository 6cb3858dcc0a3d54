/// What checks say of one endpoint.
///
///     healthy ──── failures in a row ────► unhealthy
///        ▲                                     │
///        └─────── successes in a row ──────────┘
///
/// It begins healthy, so that nobody loses an endpoint that wasn't asked yet.
struct EndpointHealth: Hashable, Sendable {
  /// A check's outcome.
  enum Outcome: Hashable, Sendable {
    case passed
    case failed(reason: String)
  }

  private enum State: Hashable, Sendable {
    /// How many of the newest checks failed.
    case healthy(failures: Int)
    /// How many of the newest checks passed.
    case unhealthy(successes: Int)
  }

  private var state = State.healthy(failures: 0)
  private let failureThreshold: Int
  private let successThreshold: Int

  init(failureThreshold: Int, successThreshold: Int) {
    self.failureThreshold = failureThreshold
    self.successThreshold = successThreshold
  }

  var isHealthy: Bool {
    switch state {
    case .healthy: true
    case .unhealthy: false
    }
  }

  /// Notes a check; returns whether the endpoint became healthy or unhealthy by it.
  mutating func record(_ outcome: Outcome) -> Bool {
    switch (state, outcome) {
    case (.healthy, .passed):
      state = .healthy(failures: 0)
      return false
    case (.unhealthy, .failed):
      state = .unhealthy(successes: 0)
      return false
    case (.healthy(let failures), .failed):
      let isOver = failures + 1 >= failureThreshold
      state = isOver ? .unhealthy(successes: 0) : .healthy(failures: failures + 1)
      return isOver
    case (.unhealthy(let successes), .passed):
      let isOver = successes + 1 >= successThreshold
      state = isOver ? .healthy(failures: 0) : .unhealthy(successes: successes + 1)
      return isOver
    }
  }
}
