extension HTTPRoute {
  /// This rule of a delegate as it acts in the place of `root`, which delegates; nil where no call
  /// can get to it that way.
  ///
  /// What the delegate's rule says wins; what it leaves out is the root's.
  func merged(under root: HTTPRoute) -> HTTPRoute? {
    guard delegate == nil, let matches = HTTPMatch.merged(matches, under: root.matches) else {
      return nil
    }
    var rule = self
    rule.matches = matches
    rule.name = joinedName(root.name, name)
    rule.rewrite = rewrite ?? root.rewrite
    rule.timeout = timeout ?? root.timeout
    rule.retries = retries ?? root.retries
    rule.fault = fault ?? root.fault
    rule.mirrors = mirrors.isEmpty ? root.mirrors : mirrors
    rule.cors = cors ?? root.cors
    rule.headers = headers.isEmpty ? root.headers : headers
    return rule
  }
}

extension HTTPMatch {
  /// The matches of a delegate's rule, narrowed to those of the rule that delegates.
  ///
  /// - Returns: nil where one of them has nothing in common with any of the root's.
  fileprivate static func merged(
    _ leaves: [HTTPMatch],
    under roots: [HTTPMatch]
  ) -> [HTTPMatch]? {
    if roots.isEmpty { return leaves }
    if leaves.isEmpty { return roots }
    var result: [HTTPMatch] = []
    for leaf in leaves {
      let merged = roots.compactMap { leaf.merged(under: $0) }
      guard !merged.isEmpty else { return nil }
      result += merged
    }
    return result
  }

  private func merged(under root: HTTPMatch) -> HTTPMatch? {
    guard isWithin(root) else { return nil }
    var match = self
    match.name = joinedName(root.name, name)
    match.uri = uri ?? root.uri
    match.scheme = scheme ?? root.scheme
    match.method = method ?? root.method
    match.authority = authority ?? root.authority
    match.headers = headers.filling(from: root.headers)
    match.queryParameters = queryParameters.filling(from: root.queryParameters)
    // Two exclusions of one header both hold: neither makes up for the other.
    match.withoutHeaders += root.withoutHeaders.filter { !withoutHeaders.contains($0) }
    match.port = port ?? root.port
    match.sourceLabels.merge(root.sourceLabels) { own, _ in own }
    match.sourceNamespace = sourceNamespace ?? root.sourceNamespace
    match.gateways = gateways.isEmpty ? root.gateways : gateways
    match.statPrefix = statPrefix ?? root.statPrefix
    return match
  }

  /// Whether every condition that both have is as narrow as the root's or narrower.
  private func isWithin(_ root: HTTPMatch) -> Bool {
    isWithin(root.uri, uri) && isWithin(root.scheme, scheme) && isWithin(root.method, method)
      && isWithin(root.authority, authority) && ignoreURICase == root.ignoreURICase
      && headers.areWithin(root.headers) && queryParameters.areWithin(root.queryParameters)
      && withoutHeaders.areWithin(root.withoutHeaders)
      && (port == nil || root.port == nil || port == root.port)
      && (sourceNamespace == nil || root.sourceNamespace == nil
        || sourceNamespace == root.sourceNamespace)
      && sourceLabels.allSatisfy { root.sourceLabels[$0.key] ?? $0.value == $0.value }
  }

  private func isWithin(_ root: StringMatch?, _ leaf: StringMatch?) -> Bool {
    guard let root, let leaf else { return true }
    return leaf.isWithin(root)
  }
}

extension [HeaderMatch] {
  /// Whether no condition on a name is wider than the root's on it.
  fileprivate func areWithin(_ roots: [HeaderMatch]) -> Bool {
    allSatisfy { leaf in
      roots.allSatisfy { $0.name != leaf.name || leaf.match.isWithin($0.match) }
    }
  }

  /// With the root's conditions on names that have none yet.
  fileprivate func filling(from roots: [HeaderMatch]) -> [HeaderMatch] {
    self + roots.filter { root in !contains { $0.name == root.name } }
  }
}

extension StringMatch {
  /// Istio's rule for delegates: with regular expressions it can't be told, so they conflict.
  fileprivate func isWithin(_ root: StringMatch) -> Bool {
    switch (root, self) {
    case (.regex, _), (_, .regex), (.exact, .prefix): false
    case (.exact(let root), .exact(let leaf)): root == leaf
    case (.prefix(let root), .exact(let leaf)), (.prefix(let root), .prefix(let leaf)):
      leaf.utf8.starts(with: root.utf8)
    // Istio takes an empty match for a conflict; presence is part of every other condition.
    case (.present, _): true
    case (_, .present): false
    }
  }
}

/// Both names with a dash between, or the one that is there.
private func joinedName(_ root: String?, _ leaf: String?) -> String? {
  guard let root, let leaf else { return leaf ?? root }
  return "\(root)-\(leaf)"
}
