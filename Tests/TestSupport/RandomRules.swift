package import MeshModel

/// Makes objects of all four kinds at random, with every field that files can hold.
///
/// They are of the right shape, not sensible: hosts needn't exist, and texts are of the worst kind.
/// Each is as reading gives it back, so that what is written and read again can be compared.
package struct RandomRules {
  private(set) var generator: SeededGenerator

  package init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  package mutating func object() -> MeshObject {
    switch number(0...3) {
    case 0: .virtualService(virtualService())
    case 1: .destinationRule(destinationRule())
    case 2: .serviceEntry(serviceEntry())
    default: .workloadEntry(workloadEntry())
    }
  }

  // MARK: Chance

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &generator)
  }

  mutating func isChosen(_ percent: Int = 50) -> Bool { number(1...100) <= percent }

  mutating func one<Choice>(of choices: [Choice]) -> Choice {
    choices[number(0...choices.count - 1)]
  }

  /// A value, or nil.
  mutating func maybe<Value>(_ make: (inout RandomRules) -> Value) -> Value? {
    isChosen() ? make(&self) : nil
  }

  /// At least one.
  mutating func some<Value>(
    upTo limit: Int = 3,
    _ make: (inout RandomRules) -> Value
  ) -> [Value] {
    (0..<number(1...limit)).map { _ in make(&self) }
  }

  /// None or more.
  mutating func several<Value>(
    upTo limit: Int = 3,
    _ make: (inout RandomRules) -> Value
  ) -> [Value] {
    (0..<max(0, number(-1...limit))).map { _ in make(&self) }
  }

  mutating func count() -> UInt32 { UInt32(number(0...Int(Int32.max))) }

  mutating func port() -> UInt16 { UInt16(number(1...65_535)) }

  mutating func percent() -> UInt32 { UInt32(number(0...100)) }

  mutating func boolean() -> Bool { isChosen() }

  mutating func percentage() -> Percentage {
    Percentage(
      perMillion: one(of: [0, 1, 10_000, 123_456, 1_000_000, UInt32(number(0...1_000_000))])
    )
  }

  mutating func duration() -> Duration {
    switch number(0...4) {
    case 0: .zero
    case 1: .seconds(number(1...100_000))
    case 2: .milliseconds(number(1...100_000))
    case 3: .nanoseconds(number(1...Int(Int32.max)))
    default:
      Duration(
        secondsComponent: Int64(number(0...1_000)),
        attosecondsComponent: Int64(number(0...999_999_999_999_999_999))
      )
    }
  }

  // MARK: Texts

  private static let worst = [
    "", " ", "on", "No", "y", "null", "~", "1.0", "007", "0x1f", "1e3", "-1", ".5", ".inf", "12:30",
    "2024-01-01", "1_000", "true", "a: b", "a #b", "#a", "a:", "- a", "-a", "-", "---", "...",
    "* a", "*",
    "&a", "!a", "|", ">", "%a", "@a", "`a`", "{a}", "[a]", "a, b", "'a'", "\"a\"", "a\\b", " a",
    "a ",
    "a\nb", "a\nb\n", "a\n\nb", "\n", "\na", " a\nb", "a\n", "a\n\n", "a\n  b\n", "a \nb", "\t",
    "a\tb", "a\r\nb",
    "grüße", "日本", "\u{1f600}", "\u{1f600}\"", "\u{85}", "\u{2028}", "a\u{feff}", "\u{7f}", "\u{1}",
    "\u{0}", "\u{fffe}", "\u{e000}*", "?", "? a", "=", "<<", "a*b", "^v[0-9]+$", "(a|b)?",
    "{{ x }}",
    "e\u{301}", "1.5s", "127.0.0.1", "fd00::1", "x::", ":x", "a\u{a0}b",
  ]

  mutating func text() -> String {
    switch number(0...3) {
    case 0: Self.worst[number(0...Self.worst.count - 1)]
    case 1: String(String.UnicodeScalarView((0..<number(1...6)).map { _ in scalar() }))
    default: word()
    }
  }

  private mutating func scalar() -> Unicode.Scalar {
    let range: ClosedRange<Int> =
      isChosen(80) ? 0x20...0x7e : one(of: [0...0xff, 0x2020...0x2030, 0x1f600...0x1f610])
    return Unicode.Scalar(UInt32(number(range))) ?? " "
  }

  mutating func word() -> String {
    one(of: ["greeter", "user", "admin", "v1", "x-canary", "a.example.com", "eu-west", "Grüße"])
      + (isChosen() ? "-\(number(0...99))" : "")
  }

  mutating func name() -> ResourceName {
    ResourceName(namespace: isChosen() ? "default" : word(), name: word())
  }

  mutating func map() -> [String: String] {
    Dictionary(several { ($0.text(), $0.text()) }) { first, _ in first }
  }

  /// Fields with names of their own, in any order.
  mutating func headerFields() -> [HeaderField] {
    var names: Set<String> = []
    return several { HeaderField(name: $0.text(), value: $0.text()) }
      .filter { names.insert($0.name).inserted }
  }

  // MARK: What is kept

  mutating func plainValue(depth: Int = 0) -> PlainValue {
    switch number(0...(depth < 3 ? 7 : 5)) {
    case 0: .null
    case 1: .boolean(isChosen())
    case 2: .integer(one(of: [0, -1, .max, .min, Int64(number(0...9_999))]))
    case 3: .number(one(of: [0.5, -1.25, 1e30, 1e-7, 5, 123_456.789]))
    case 4, 5: .string(text())
    case 6: .list(several { $0.plainValue(depth: depth + 1) })
    default: plainObject(depth: depth)
    }
  }

  private mutating func plainObject(depth: Int) -> PlainValue {
    var names: Set<String> = []
    return .object(
      several { PlainValue.Field($0.text(), $0.plainValue(depth: depth + 1)) }
        .filter { names.insert($0.name).inserted }
    )
  }

  /// Some of a few names, with a value that isn't null, which would be as none.
  mutating func kept(
    _ names: [String],
    _ make: (inout RandomRules) -> PlainValue
  ) -> [String: PlainValue] {
    var kept: [String: PlainValue] = [:]
    for name in names where isChosen(30) {
      let value = make(&self)
      if value != .null { kept[name] = value }
    }
    return kept
  }

  mutating func keptFields(lists: [String], strings: [String]) -> KeptFields {
    let lists = kept(lists) { random in .list(random.several { $0.plainValue() }) }
    let strings = kept(strings) { random in .list(random.several { .string($0.text()) }) }
    return KeptFields(
      labels: map(),
      annotations: map(),
      spec: lists.merging(strings) { $1 }
    )
  }
}
