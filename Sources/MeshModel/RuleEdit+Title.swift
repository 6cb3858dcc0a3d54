extension RuleEdit {
  /// What it changes, such as `rule 2: v1 90 -> 80, v2 10 -> 20`.
  ///
  /// `rules` are those before the edit. Where there are several VirtualServices, the title begins
  /// with the name of the one that changes.
  package func title(in rules: MeshRules) -> String {
    switch self {
    case .shiftWeight(let address, _, _), .setWeights(let address, _), .evenWeights(let address):
      rules.label(address) + ": " + weightChanges(at: address, in: rules)
    case .setMatches(let address, let matches):
      rules.label(address) + ": " + matchChange(at: address, to: matches, in: rules)
    case .insertRule(let address, let route):
      "\(rules.label(address)) added: \(route.summary)"
    case .deleteRule(let address):
      "\(rules.label(address)) deleted"
        + ((try? rules.rule(at: address)).map { ": \($0.summary)" } ?? "")
    case .moveRule(let address, let index):
      "\(rules.label(address)) moved to \(index &+ 1)"
    case .applyObjects(let objects):
      objectChanges(of: objects, in: rules)
    case .deleteObjects(let keys):
      keys.map { "\($0.kind.rawValue) \($0.name.name) removed" }.joined(separator: ", ")
    case .replaceRules(_, let title):
      title
    }
  }

  private func objectChanges(of objects: [MeshObject], in rules: MeshRules) -> String {
    let changes = (try? rules.applying(self))?.changes(since: rules) ?? []
    guard changes.isEmpty else { return changes.joined(separator: ", ") }
    return objects.isEmpty ? "nothing applied" : "nothing changed"
  }

  private func weightChanges(at address: RuleAddress, in rules: MeshRules) -> String {
    guard let before = try? rules.rule(at: address),
      let after = try? rules.applying(self).rule(at: address)
    else { return "weights can't be set" }
    let changes = zip(before.destinations, after.destinations).compactMap { old, new in
      old.weight == new.weight ? nil : "\(old.label) \(old.weight) -> \(new.weight)"
    }
    return changes.isEmpty ? "weights unchanged" : changes.joined(separator: ", ")
  }

  private func matchChange(
    at address: RuleAddress,
    to matches: [HTTPMatch],
    in rules: MeshRules
  ) -> String {
    let old = (try? rules.rule(at: address)).map { HTTPMatch.text(of: $0.matches) }
    let new = HTTPMatch.text(of: matches)
    return old.map { $0 == new ? "match unchanged" : "\($0) -> \(new)" } ?? new
  }
}

extension MeshRules {
  fileprivate func label(_ address: RuleAddress) -> String {
    let rule = "rule \(address.index &+ 1)"
    return virtualServices.count > 1 ? "\(address.virtualService.name) \(rule)" : rule
  }
}

extension HTTPRoute {
  /// Its match and its destinations in one line, such as `user=admin to v2`.
  package var summary: String {
    "\(HTTPMatch.text(of: matches)) to \(destinationSummary)"
  }

  /// `v2`, or with several destinations `v1 90, v2 10`.
  private var destinationSummary: String {
    guard destinations.count > 1 else { return destinations.first?.label ?? "nowhere" }
    return destinations.map { "\($0.label) \($0.weight)" }.joined(separator: ", ")
  }
}
