import TestSupport
import Testing

@testable import MeshModel

@Suite("The index of matches")
struct ReachIndexTests {
  /// The rules that hide others, every match being held against all of the earlier rules.
  private static func pairwise(_ shapes: [[MatchShape]]) -> [[Int?]] {
    shapes.enumerated().map { number, matches in
      matches.map { match in
        shapes[..<number].firstIndex { $0.contains { $0.covers(match) } }
      }
    }
  }

  private static func indexed(_ shapes: [[MatchShape]]) -> [[Int?]] {
    var index = ReachIndex(shapes.lazy.joined())
    return shapes.enumerated().map { number, matches in
      let found = matches.map { index.firstRule(covering: $0) }
      for match in matches { index.insert(match, of: number) }
      return found
    }
  }

  @Test("finds what holding every match against every other finds", arguments: 0..<40)
  func equalsPairwise(seed: Int) {
    var dice = SeededGenerator(seed: UInt64(seed))
    var hidden = 0
    for _ in 0..<10 {
      let rules = (0..<Int.random(in: 2...40, using: &dice)).map { _ in
        RandomRule.route(using: &dice)
      }
      let regexes = RegexTable(rules)
      let shapes = rules.map { $0.matches.map { MatchShape($0, regexes) } }
      let found = Self.indexed(shapes)
      #expect(found == Self.pairwise(shapes), "\(rules.map(\.summary))")
      hidden += found.joined().count { $0 != nil }
    }
    #expect(hidden > 10)
  }

  @Test("finds the texts that another begins with, the longest first", arguments: 0..<20)
  func prefixes(seed: Int) {
    var dice = SeededGenerator(seed: UInt64(seed))
    let text = { (dice: inout SeededGenerator) -> String in
      let letters: [Character] = ["a", "a", "b", "\u{e9}"]
      let length = Int.random(in: 0...5, using: &dice)
      return String((0..<length).map { _ in letters.randomElement(using: &dice) ?? "a" })
    }
    let texts = Set((0..<30).map { _ in text(&dice) })
    let table = PrefixTable(Array(texts))
    for _ in 0..<100 {
      let wanted = text(&dice)
      let plain = texts.filter { wanted.utf8.starts(with: $0.utf8) }
      #expect(table.prefixes(of: wanted) == plain.sorted { $0.utf8.count > $1.utf8.count })
    }
  }

  @Test("looks at a few of ten thousand matches")
  func large() {
    let rules = (0..<10_000).map { number in
      HTTPRoute(matches: [
        HTTPMatch(uri: .prefix("/shop.Service\(number)/")),
        HTTPMatch(headers: [HeaderMatch("user", .exact("user-\(number)"))]),
      ])
    }
    let reach = RuleReach(rules + [rules[7]], RegexTable(rules))
    #expect(reach.obstacles.count == 1)
    #expect(reach.obstacles[10_000]?.contains("rule 8 takes all") == true)
  }
}
