import MeshModel
import TestSupport
import Testing

@Suite("RE2 patterns")
struct RE2PatternTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let pattern: String
    let matching: [String]
    let other: [String]

    init(_ pattern: String, _ matching: [String], not other: [String]) {
      self.pattern = pattern
      self.matching = matching
      self.other = other
    }

    var testDescription: String { pattern }
  }

  @Test("match whole texts as RE2 does", arguments: Row.literals + Row.classes + Row.structure)
  func matches(_ row: Row) throws {
    let pattern = try RE2Pattern(row.pattern)
    for text in row.matching {
      #expect(pattern.matches(text), "\(row.pattern) on \(text.debugDescription)")
    }
    for text in row.other {
      #expect(!pattern.matches(text), "\(row.pattern) on \(text.debugDescription)")
    }
  }

  @Test("refuse what RE2 refuses, and say what and where", arguments: RefusedRow.all)
  func refuses(_ row: RefusedRow) {
    do throws(MeshConfigError) {
      _ = try RE2Pattern(row.pattern)
      Issue.record("\(row.pattern) was accepted")
    } catch {
      #expect(error.code == .regexInvalid)
      #expect(error.message.contains("at character \(row.position);"), "\(error.message)")
      #expect(error.message.contains(row.found), "\(error.message)")
      #expect(error.message.contains("; want "), "\(error.message)")
    }
  }

  @Test("match a substring without copying it first")
  func substring() throws {
    let text = "user=admin;"
    #expect(try RE2Pattern("ad.*n").matches(text.dropFirst(5).dropLast()))
  }

  @Test("agree with Swift's Regex on small random patterns", arguments: 0..<8)
  func agreesWithSwift(seed: Int) throws {
    var dice = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<150 {
      let source = RandomPattern.make(depth: 3, using: &dice)
      let ours = try RE2Pattern(source)
      let theirs = try Regex(source).matchingSemantics(.unicodeScalar)
        .wordBoundaryKind(.simple)
      // Swift's simple word boundaries don't take a digit for a part of a word.
      let alphabet = source.lowercased().contains("\\b") ? "abA _-" : "abA1 _-"
      for _ in 0..<25 {
        let length = Int.random(in: 0...6, using: &dice)
        let text = String((0..<length).map { _ in alphabet.randomElement(using: &dice) ?? "a" })
        let expected = try theirs.wholeMatch(in: text) != nil
        #expect(ours.matches(text) == expected, "\(source) on \(text.debugDescription)")
      }
    }
  }

  @Test(
    "stay linear on patterns that make others explode",
    arguments: [
      "(a*)*b", "(a+)+b", "(a|a)*b", "(a|aa)+b", "(.*)(.*)(.*)(.*)(.*)b", "(a?){50}a{50}b",
    ]
  )
  func staysLinear(source: String) throws {
    let pattern = try RE2Pattern(source)
    let text = String(repeating: "a", count: 10_000)
    let elapsed = ContinuousClock().measure {
      #expect(!pattern.matches(text))
      #expect(pattern.matches(text + "b") == (source != "(a?){50}a{50}b"))
    }
    #expect(elapsed < .seconds(60))
  }

  @Test("simulate a pattern whose automaton would be too large")
  func simulates() throws {
    let pattern = try RE2Pattern("(a|b)*a(a|b){20}")
    let tail = String(repeating: "b", count: 20)
    #expect(pattern.matches("bbba" + tail))
    #expect(!pattern.matches("bbbb" + tail))
    #expect(pattern.matches(String(repeating: "ab", count: 2000)) == false)
    #expect(pattern.matches(String(repeating: "ab", count: 2000) + "a") == true)
  }

  @Test("simulate assertions as the automaton does")
  func simulatesAssertions() throws {
    let suffix = "(a|b| )*a(a|b| ){14}"
    let pattern = try RE2Pattern("(?:\\ba|b|\\B | )*\\b\(suffix)")
    let theirs = try Regex("(?:\\ba|b|\\B | )*\\b\(suffix)").matchingSemantics(.unicodeScalar)
      .wordBoundaryKind(.simple)
    var dice = SeededGenerator(seed: 5)
    for _ in 0..<60 {
      let text = String((0..<20).map { _ in "ab ".randomElement(using: &dice) ?? "a" })
      let expected = try theirs.wholeMatch(in: text) != nil
      #expect(pattern.matches(text) == expected, "\(text)")
    }
  }

  @Test("compile the largest patterns in bounded time")
  func boundedCompilation() throws {
    let scalars = (0..<1900).map { "\\x{\(String(0x4000 + $0 * 2, radix: 16))}" }
    #expect(throws: MeshConfigError.self) { try RE2Pattern(scalars.joined(separator: "|")) }
    let distinct = (0..<1900).compactMap { Unicode.Scalar(UInt32(0x4000 + $0 * 2)) }
    let alternatives = distinct.map { "\($0)+" }.joined()
    let start = ContinuousClock().now
    let long = String(repeating: "x", count: 1000)
    #expect(try RE2Pattern(alternatives).matches(distinct.map { "\($0)" }.joined()))
    #expect(try RE2Pattern("\\w{1000}").matches(long))
    #expect(try RE2Pattern("(\\w{0,100}){10}").matches(long))
    let elapsed = ContinuousClock().now - start
    #expect(elapsed < .seconds(60))
  }
}

/// Makes patterns that RE2 and Swift's Regex read alike.
private enum RandomPattern {
  static let atoms = [
    "a", "b", "A", "1", "_", "-", " ", ".", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "[ab]",
    "[^a]",
    "[a-z]", "[A-Z0-9]", "[^\\d ]", "\\b", "\\B", "^", "$", "\\x41", "(?:)",
  ]

  static func make(depth: Int, using dice: inout SeededGenerator) -> String {
    let kind = depth == 0 ? 0 : Int.random(in: 0..<7, using: &dice)
    switch kind {
    case 1, 2:
      return make(depth: depth - 1, using: &dice) + make(depth: depth - 1, using: &dice)
    case 3:
      return "(\(make(depth: depth - 1, using: &dice))|\(make(depth: depth - 1, using: &dice)))"
    case 4, 5:
      let suffix = ["*", "+", "?", "{2}", "{1,3}", "{0,2}", "*?", "+?"].randomElement(using: &dice)
      return "(?:\(make(depth: depth - 1, using: &dice)))\(suffix ?? "*")"
    case 6:
      return "(?i:\(make(depth: depth - 1, using: &dice)))"
    default:
      return atoms.randomElement(using: &dice) ?? "a"
    }
  }
}
