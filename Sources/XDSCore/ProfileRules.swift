/// Tells which profile a client has: by the operator's rules first, then by what it says of itself.
package struct ProfileRules: Hashable, Sendable {
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
  ///   - asksByName: Whether that request names resources; `*` is no name.
  /// - Returns: What a rule says; else what the node is known by; else what asks as Envoy does, for
  ///   all clusters or listeners, is taken for one, and anything else for proxyless gRPC.
  package func profile(
    of node: Node,
    firstType: ResourceType?,
    asksByName: Bool
  ) -> NodeProfile {
    if let override = overrides.first(where: { $0.fits(node.id) }) { return override.profile }
    if let known = Self.knownProfile(of: node) { return known }
    let asksForAll = !asksByName && (firstType == .cluster || firstType == .listener)
    guard asksForAll else { return .grpc }
    return Self.resemblesDubbo(node) ? .dubbo : .envoy
  }

  /// What the node says of itself, where that leaves no doubt.
  private static func knownProfile(of node: Node) -> NodeProfile? {
    if node.metadata["GENERATOR"] == "grpc" { return .grpc }
    if node.labels["DUBBO_GO"] != nil { return .dubbo }
    if node.userAgentName == "envoy" { return .envoy }
    if node.userAgentName.hasPrefix("gRPC"), !resemblesDubbo(node) { return .grpc }
    return nil
  }

  /// dubbo-go's xDS client is a fork of that version of gRPC's.
  private static func resemblesDubbo(_ node: Node) -> Bool {
    node.userAgentName == "gRPC Go" && node.userAgentVersion == "1.45.0"
      && node.id.hasPrefix("sidecar~")
  }
}
