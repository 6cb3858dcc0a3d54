package import MeshModel

/// What a snapshot's clients can't do as the rules ask, in words for the operator.
package struct SnapshotNote: Hashable, Sendable {
  package var profile: NodeProfile
  /// The rule concerned; nil where it is none.
  package var rule: RuleAddress?
  /// One sentence: `not on this client: …`.
  package var message: String

  package init(profile: NodeProfile, rule: RuleAddress?, message: String) {
    self.profile = profile
    self.rule = rule
    self.message = message
  }

  /// A note about no rule; the message gets the words before it.
  init(_ profile: NodeProfile, rule: RuleAddress? = nil, _ obstacle: String) {
    self.init(profile: profile, rule: rule, message: "not on this client: \(obstacle)")
  }
}
