/// The newest elements of a sequence without end: a fixed number, the oldest give way.
struct Ring<Element: Sendable>: Sendable {
  let capacity: Int
  private var storage: [Element] = []
  /// Where the oldest element is, once the ring is full.
  private var start = 0

  init(capacity: Int) {
    precondition(capacity > 0)
    self.capacity = capacity
  }

  var count: Int { storage.count }

  /// Oldest first; O(n).
  var elements: [Element] {
    start == 0 ? storage : Array(storage[start...]) + storage[..<start]
  }

  /// The newest `count`, oldest first.
  func newest(_ count: Int) -> [Element] {
    let count = min(max(0, count), storage.count)
    guard count > start else { return Array(storage[(start - count)..<start]) }
    return Array(storage.suffix(count - start)) + storage[..<start]
  }

  mutating func append(_ element: Element) {
    if storage.count < capacity {
      storage.append(element)
    } else {
      storage[start] = element
      start = (start + 1) % capacity
    }
  }

  mutating func removeAll() {
    storage.removeAll(keepingCapacity: true)
    start = 0
  }
}
