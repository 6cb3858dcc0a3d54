/// Which rules of a VirtualService a call can reach, the first that matches being taken.
struct RuleReach {
  /// The matches of each rule; one without conditions where a rule has none.
  private let rules: [[MatchShape]]

  init(_ rules: [HTTPRoute]) {
    self.rules = rules.map { rule in
      rule.matches.isEmpty ? [MatchShape(HTTPMatch())] : rule.matches.map(MatchShape.init)
    }
  }

  /// Whether some rule takes what the others leave.
  var coversEveryCall: Bool {
    rules.contains { $0.contains(where: \.isForEveryCall) }
  }

  /// Why no call gets to a rule, in words that name the rules that hide it; nil where one may.
  func obstacle(at index: Int) -> String? {
    var hiding: Set<Int> = []
    var contradictions: [String] = []
    for match in rules[index] {
      if let contradiction = match.contradiction {
        contradictions.append(contradiction)
      } else if let earlier = rules[..<index].firstIndex(where: { covers($0, match) }) {
        hiding.insert(earlier)
      } else {
        return nil
      }
    }
    return RuleReach.text(hiding: hiding.sorted(), contradictions: contradictions)
  }

  private func covers(_ rule: [MatchShape], _ match: MatchShape) -> Bool {
    rule.contains { $0.covers(match) }
  }

  private static func text(hiding: [Int], contradictions: [String]) -> String {
    var reasons: [String] = []
    if !hiding.isEmpty {
      let numbers = hiding.map { "\($0 + 1)" }.joined(separator: " and ")
      reasons.append(
        hiding.count == 1
          ? "rule \(numbers) takes all of its calls first; want it before rule \(numbers), or gone"
          : "rules \(numbers) take all of its calls first; want it before them, or gone"
      )
    }
    return (contradictions + reasons).joined(separator: "; ")
  }
}
