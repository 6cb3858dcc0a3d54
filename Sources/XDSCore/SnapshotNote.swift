package import MeshModel

/// What a snapshot's clients can't do as the rules ask, in words for the operator.
package struct SnapshotNote: Hashable, Sendable {
  package var profile: NodeProfile
  /// The rule concerned; nil where it is none.
  package var rule: RuleAddress?
  /// The object concerned; nil where it is none.
  package var object: MeshObjectKey?
  /// The subset of a DestinationRule that is concerned; nil for all of it.
  package var subset: String?
  /// One sentence: `not on this client: …`.
  package var message: String

  /// Without an object, it is about the rule's own.
  package init(
    profile: NodeProfile,
    rule: RuleAddress?,
    object: MeshObjectKey? = nil,
    subset: String? = nil,
    message: String
  ) {
    self.profile = profile
    self.rule = rule
    self.object =
      object ?? rule.map { MeshObjectKey(kind: .virtualService, name: $0.virtualService) }
    self.subset = subset
    self.message = message
  }

  /// The message gets the words before it.
  init(
    _ profile: NodeProfile,
    rule: RuleAddress? = nil,
    object: MeshObjectKey? = nil,
    subset: String? = nil,
    _ obstacle: String
  ) {
    self.init(
      profile: profile,
      rule: rule,
      object: object,
      subset: subset,
      message: "not on this client: \(obstacle)"
    )
  }
}
