/// What to wait for, and for how long.
package struct WaitRequest: Hashable, Sendable {
  package enum Condition: String, CaseIterable, Hashable, Sendable {
    /// Every connected client has the revision in force.
    case ack
    /// A response came that only the revision could give.
    case effect
    /// Responses split as the rules ask.
    case observed
  }

  package var condition: Condition
  package var timeout: Duration
  /// How far an observed share may be from the configured one, above 0 and below 1.
  package var tolerance: Double
  /// From 1; nil for all rules of the services.
  package var rule: Int?

  package init(
    _ condition: Condition,
    timeout: Duration = .seconds(60),
    tolerance: Double = 0.02,
    rule: Int? = nil
  ) {
    self.condition = condition
    self.timeout = timeout
    self.tolerance = tolerance
    self.rule = rule
  }
}
