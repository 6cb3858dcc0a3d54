import MeshModel
import TestSupport

/// Rolls values that tests send over the wire.
struct Dice {
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  mutating func number() -> UInt64 {
    generator.next() >> UInt64.random(in: 0..<64, using: &generator)
  }
  mutating func int() -> Int { Int(truncatingIfNeeded: number()) }
  mutating func int(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }
  mutating func port() -> UInt16 { UInt16(truncatingIfNeeded: generator.next()) }
  mutating func word() -> UInt32 { UInt32(truncatingIfNeeded: number()) }
  mutating func flag() -> Bool { Bool.random(using: &generator) }

  /// Any finite number, and now and then an infinite one.
  mutating func fraction() -> Double {
    switch int(below: 10) {
    case 0: 0
    case 1: .infinity
    default: Double.random(in: -1_000...1_000, using: &generator)
    }
  }

  mutating func text() -> String {
    let texts = ["", "v1", "default", "häß\u{301}lich", "two words", "\"'\\\n\t", "🦊", "0", "true"]
    return texts[int(below: texts.count)] + (flag() ? String(number(), radix: 36) : "")
  }

  /// A name as Kubernetes has them.
  mutating func name() -> String { "n\(String(number(), radix: 36))" }

  mutating func time() -> Timestamp { Timestamp(microseconds: Int64(truncatingIfNeeded: number())) }

  mutating func duration() -> Duration { .nanoseconds(Int64(number() >> 2)) }

  mutating func oneOf<Value>(_ values: [Value]) -> Value { values[int(below: values.count)] }

  mutating func maybe<Value>(_ roll: (inout Dice) -> Value) -> Value? { flag() ? roll(&self) : nil }

  mutating func list<Value>(upTo limit: Int = 3, _ roll: (inout Dice) -> Value) -> [Value] {
    (0..<int(below: limit + 1)).map { _ in roll(&self) }
  }

  mutating func table<Key: Hashable, Value>(
    _ key: (inout Dice) -> Key,
    _ value: (inout Dice) -> Value
  ) -> [Key: Value] {
    var result: [Key: Value] = [:]
    for _ in 0..<int(below: 4) { result[key(&self)] = value(&self) }
    return result
  }

  mutating func texts() -> [String] { list { $0.text() } }
  mutating func labels() -> [String: String] { table({ $0.text() }, { $0.text() }) }
  mutating func ports() -> [UInt16: UInt16] { table({ $0.port() }, { $0.port() }) }
  mutating func host() -> HostName { HostName("\(name()).default.svc.cluster.local") }
}
