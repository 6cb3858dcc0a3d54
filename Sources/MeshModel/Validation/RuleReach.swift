/// Which rules of a VirtualService a call can reach, the first that matches being taken.
struct RuleReach {
  /// Why no call gets to a rule, by the rule's index, in words that name the rules that hide it.
  private(set) var obstacles: [Int: String] = [:]
  /// Whether some rule takes what the others leave.
  private(set) var coversEveryCall = false

  /// About linear in the rules: see ``ReachIndex``.
  init(_ rules: [HTTPRoute], _ regexes: RegexTable) {
    let shapes = rules.map { rule in
      rule.matches.isEmpty
        ? [MatchShape(HTTPMatch(), regexes)] : rule.matches.map { MatchShape($0, regexes) }
    }
    var index = ReachIndex(shapes.lazy.joined())
    for (number, matches) in shapes.enumerated() {
      if let obstacle = RuleReach.obstacle(to: matches, behind: &index, rules) {
        obstacles[number] = obstacle
      }
      // What a delegate leaves goes on to the next rule.
      guard rules[number].delegate == nil else {
        coversEveryCall = coversEveryCall || matches.contains { $0.isForEveryCall }
        continue
      }
      for match in matches { index.insert(match, of: number) }
    }
    coversEveryCall = coversEveryCall || index.coveringRule != nil
  }

  private static func obstacle(
    to matches: [MatchShape],
    behind index: inout ReachIndex,
    _ rules: [HTTPRoute]
  ) -> String? {
    var hiding: Set<Int> = []
    var contradictions: [String] = []
    for match in matches {
      if !match.isForMesh { return nil }
      if let contradiction = match.contradiction {
        contradictions.append(contradiction)
      } else if let earlier = index.firstRule(covering: match) {
        hiding.insert(earlier)
      } else {
        return nil
      }
    }
    return text(hiding: hiding.sorted(), contradictions: contradictions, rules)
  }

  private static func text(
    hiding: [Int],
    contradictions: [String],
    _ rules: [HTTPRoute]
  ) -> String {
    var reasons: [String] = []
    if !hiding.isEmpty {
      let numbers = hiding.map { number in
        "\(number + 1)" + (rules[number].name.map { " \"\($0)\"" } ?? "")
      }.joined(separator: " and ")
      reasons.append(
        hiding.count == 1
          ? "rule \(numbers) takes all of its calls first; want it before rule \(numbers), or gone"
          : "rules \(numbers) take all of its calls first; want it before them, or gone"
      )
    }
    return (contradictions + reasons).joined(separator: "; ")
  }
}
