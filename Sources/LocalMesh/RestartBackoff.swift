/// How long to wait before a child that died is started again.
///
/// The wait doubles with every death, up to a bound, and is back at its start once the child ran for
/// a while.
package struct RestartBackoff: Hashable, Sendable {
  package struct Policy: Hashable, Sendable {
    package var first: Duration
    package var longest: Duration
    /// A child that ran so long counts as well.
    package var resetAfter: Duration

    package init(
      first: Duration = .milliseconds(500),
      longest: Duration = .seconds(10),
      resetAfter: Duration = .seconds(30)
    ) {
      self.first = first
      self.longest = longest
      self.resetAfter = resetAfter
    }
  }

  /// The share by which a wait may be shorter or longer, so that children that died together don't
  /// come back together.
  private static let spread = 0.2

  package let policy: Policy
  private var next: Duration

  package init(_ policy: Policy = Policy()) {
    self.policy = policy
    next = policy.first
  }

  /// Notes a death and says how long to wait.
  ///
  /// - Parameters:
  ///   - lifetime: How long the child ran.
  ///   - jitter: From 0 to 1; one half for none.
  /// - Returns: The time until the next start.
  package mutating func delay(afterRunning lifetime: Duration, jitter: Double) -> Duration {
    if lifetime >= policy.resetAfter { next = policy.first }
    let delay = next * (1 + RestartBackoff.spread * (2 * jitter - 1))
    next = min(next * 2, policy.longest)
    return min(delay, policy.longest)
  }
}
