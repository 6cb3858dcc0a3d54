import MeshModel

/// The newest call records that wait to be reported; the oldest give way.
struct CallRing: Sendable {
  /// 1 or more.
  let capacity: Int
  /// Records lost since the start.
  private(set) var dropped: UInt64 = 0
  private var slots: [CallRecord] = []
  private var head = 0

  init(capacity: Int) {
    self.capacity = max(1, capacity)
  }

  var isEmpty: Bool { slots.isEmpty }
  var count: Int { slots.count }

  mutating func append(_ record: CallRecord) {
    if slots.count < capacity {
      slots.append(record)
    } else {
      slots[head] = record
      head = (head + 1) % capacity
      dropped += 1
    }
  }

  /// Takes everything, oldest first.
  mutating func takeAll() -> [CallRecord] {
    defer {
      slots = []
      head = 0
    }
    return head == 0 ? slots : Array(slots[head...] + slots[..<head])
  }

  /// Puts back what could not be sent; it is older than all that came meanwhile.
  mutating func putBack(_ records: some Sequence<CallRecord>) {
    let newer = takeAll()
    for record in records { append(record) }
    for record in newer { append(record) }
  }
}
