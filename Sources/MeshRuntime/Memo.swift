/// What was found out for a key, kept for so many keys that the memory stays bounded.
///
/// All is forgotten at once where there is no room: what matters comes back at once too.
struct Memo<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let limit: Int
  private var values: [Key: Value] = [:]
  /// Call after call has the same.
  private var last: (key: Key, value: Value)?

  init(limit: Int) {
    self.limit = limit
  }

  mutating func value(for key: Key) -> Value? {
    if let last, last.key == key { return last.value }
    guard let value = values[key] else { return nil }
    last = (key, value)
    return value
  }

  /// - Returns: The value.
  mutating func keep(_ value: Value, for key: Key) -> Value {
    if values.count >= limit { values.removeAll(keepingCapacity: true) }
    values[key] = value
    last = (key, value)
    return value
  }

  mutating func removeAll() {
    values.removeAll(keepingCapacity: true)
    last = nil
  }
}
