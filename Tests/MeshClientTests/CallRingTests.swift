import MeshModel
import Testing
import TrafficEngine

@testable import MeshClient

@Suite("CallRing")
struct CallRingTests {
  @Test("keeps the newest in order and counts the lost")
  func overflow() {
    var ring = CallRing(capacity: 3)
    for number in 1...5 { ring.append(record(number)) }
    #expect(ring.dropped == 2)
    #expect(numbers(ring.takeAll()) == [3, 4, 5])
    #expect(ring.isEmpty)
    ring.append(record(6))
    #expect(numbers(ring.takeAll()) == [6])
    #expect(ring.dropped == 2)
  }

  @Test("puts back what is older than all that came meanwhile")
  func putBack() {
    var ring = CallRing(capacity: 3)
    for number in 1...3 { ring.append(record(number)) }
    let taken = ring.takeAll()
    ring.append(record(4))
    ring.putBack(taken[1...])
    #expect(numbers(ring.takeAll()) == [2, 3, 4])
    #expect(ring.dropped == 0)
    for number in 5...6 { ring.append(record(number)) }
    ring.putBack(taken)
    #expect(numbers(ring.takeAll()) == [3, 5, 6])
    #expect(ring.dropped == 2)
  }

  private func record(_ number: Int) -> CallRecord {
    CallRecord(time: .zero, nodeID: "", authority: "", path: "\(number)")
  }

  private func numbers(_ records: [CallRecord]) -> [Int] { records.compactMap { Int($0.path) } }
}

@Suite("Backoff")
struct BackoffTests {
  @Test("grows to its maximum, with jitter, and starts over when reset")
  func waits() {
    var dice = SystemRandomNumberGenerator()
    var backoff = Backoff(initial: .seconds(1), multiplier: 2, maximum: .seconds(5), jitter: 0.1)
    for expected in [1.0, 2, 4, 5, 5] {
      let wait = backoff.next(using: &dice)
      #expect(wait >= .seconds(expected * 0.9) && wait <= .seconds(expected * 1.1))
    }
    backoff.reset()
    #expect(backoff.next(using: &dice) <= .seconds(1.1))
  }
}
