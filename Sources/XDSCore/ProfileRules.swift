/// Tells which profile a client has: by the operator's rules first, then by what it says of itself.
package struct ProfileRules: Hashable, Sendable {
  /// `NODE_ID_GLOB=PROFILE` of the command line.
  package struct Override: Hashable, Sendable {
    /// A node ID, in which `*` stands for any text and `?` for any character.
    package var nodeIDGlob: String
    package var profile: NodeProfile

    package init(nodeIDGlob: String, profile: NodeProfile) {
      self.nodeIDGlob = nodeIDGlob
      self.profile = profile
    }
  }

  /// The first that fits decides.
  package var overrides: [Override]

  package init(overrides: [Override] = []) {
    self.overrides = overrides
  }

  /// The profile of a client.
  ///
  /// - Parameters:
  ///   - node: As its first request on a stream names it.
  ///   - firstType: The type that request asks for; nil for one that Weir doesn't serve.
  ///   - asksByName: Whether that request names resources.
  package func profile(
    of node: Node,
    firstType: ResourceType?,
    asksByName: Bool
  ) -> NodeProfile {
    .grpc
  }
}
