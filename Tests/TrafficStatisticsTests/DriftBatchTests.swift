import TestSupport
import Testing
import TrafficStatistics

@Suite("The drift test's batches")
struct DriftBatchTests {
  @Test("are the same evidence as their responses one by one, in any order")
  func exchangeable() throws {
    var dice = SeededGenerator(seed: 1)
    for _ in 0..<50 {
      let weights = (0..<3).map { _ in UInt32.random(in: 1...100, using: &dice) }
      var single = try #require(DriftTest(weights: weights))
      var batches = try #require(DriftTest(weights: weights))
      for _ in 0..<5 {
        let counts = weights.map { _ in UInt64.random(in: 0...400, using: &dice) }
        let order = counts.enumerated().flatMap { Array(repeating: $0, count: Int($1)) }
        for category in order.shuffled(using: &dice) { single.record(category) }
        for category in counts.indices.shuffled(using: &dice) {
          batches.record(category, times: counts[category])
        }
      }
      #expect(single.counts == batches.counts && single.n == batches.n)
      #expect(abs(single.logEvidence - batches.logEvidence) < 1e-6)
    }
  }

  @Test("of what can't be are certain, and none at all changes nothing")
  func edges() throws {
    var test = try #require(DriftTest(weights: [1, 0]))
    test.record(1, times: 0)
    #expect(test.logEvidence == 0)
    test.record(0, times: 1_000_000_000)
    #expect(abs(test.logEvidence) < 1e-3)
    test.record(1, times: 100)
    #expect(test.logEvidence == .infinity)
  }
}
