import MeshModel
import TestSupport
import Testing
import TrafficEngine
import XDSCore

@Suite("Weighted picks")
struct WeightedPickTests {
  static let calls = 20_000

  @Test(
    "follow the weights within five standard deviations",
    arguments: [
      [90, 10], [1, 99], [50, 50], [1, 1, 1], [33, 33, 34], [0, 5, 0, 5], [1, 2, 3, 4, 5, 6, 7, 8],
      [4_294_967_294, 1], [1_000_000_007, 1_000_000_009], [1],
    ],
    [1, 2, 3] as [UInt64]
  )
  func shares(weights: [UInt32], seed: UInt64) {
    let clusters = weights.enumerated().map {
      WeightedCluster(name: "c\($0.offset)", weight: $0.element)
    }
    let table = RouteTableTests.table([
      Route(name: "r", match: RouteMatch(), action: .weightedClusters(clusters))
    ])
    var dice = SplitMix64(seed: seed)
    var counts: [String: Int] = [:]
    for _ in 0..<Self.calls {
      let decision = table.decide(path: "/a/b", headers: HeaderFields([]), using: &dice)
      if case .cluster(let pick) = decision { counts[pick.cluster, default: 0] += 1 }
    }
    #expect(counts.values.reduce(0, +) == Self.calls)
    let sum = Double(weights.reduce(UInt64(0)) { $0 + UInt64($1) })
    for cluster in clusters {
      expectBinomial(counts[cluster.name] ?? 0, of: Self.calls, share: Double(cluster.weight) / sum)
    }
  }

  @Test("follow a fraction of calls, and leave the rest to the next route")
  func fraction() {
    let table = RouteTableTests.table([
      RouteMatch(fractionPerMillion: 0), RouteMatch(fractionPerMillion: 250_000),
      RouteMatch(fractionPerMillion: 1_000_000), RouteMatch(),
    ])
    var dice = SplitMix64(seed: 4)
    var counts = [0, 0, 0, 0]
    for _ in 0..<Self.calls {
      let decision = table.decide(path: "/a/b", headers: HeaderFields([]), using: &dice)
      if case .cluster(let pick) = decision { counts[pick.routeIndex] += 1 }
    }
    #expect(counts[0] == 0)
    #expect(counts[3] == 0)
    expectBinomial(counts[1], of: Self.calls, share: 0.25)
  }

  @Test("are the same for the same seed")
  func repeatable() {
    let clusters = [WeightedCluster(name: "a", weight: 1), WeightedCluster(name: "b", weight: 1)]
    let table = RouteTableTests.table([
      Route(name: "r", match: RouteMatch(), action: .weightedClusters(clusters))
    ])
    func run() -> [RouteDecision] {
      var dice = SplitMix64(seed: 9)
      return (0..<100).map { _ in
        table.decide(path: "/a/b", headers: HeaderFields([]), using: &dice)
      }
    }
    #expect(run() == run())
  }

  private func expectBinomial(_ count: Int, of calls: Int, share: Double) {
    let mean = Double(calls) * share
    let bound = 5 * (mean * (1 - share)).squareRoot() + 1
    #expect(abs(Double(count) - mean) <= bound, "\(count) of \(calls) at \(share)")
  }
}

@Suite("Generators and turns")
struct GeneratorTests {
  @Test("SplitMix64 gives the published numbers")
  func splitMix() {
    var dice = SplitMix64(seed: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect((0..<5).map { _ in dice.next() } == expected)
    var support = SeededGenerator(seed: 1_234_567)
    #expect((0..<5).map { _ in support.next() } == expected)
  }

  @Test("round robin takes every endpoint in turn, from a place of its own")
  func roundRobin() {
    var turns = RoundRobin(startingAt: 7)
    #expect((0..<5).map { _ in turns.next(of: 3) } == [1, 2, 0, 1, 2])
    var highest = RoundRobin(startingAt: .max)
    let first = highest.next(of: 4) ?? 0
    #expect(highest.next(of: 4) == (first + 1) % 4)
  }

  @Test("round robin goes on as endpoints come and go")
  func roundRobinChanges() {
    var turns = RoundRobin(startingAt: 0)
    #expect(turns.next(of: 0) == nil)
    #expect((0..<2).map { _ in turns.next(of: 2) } == [0, 1])
    #expect((0..<3).map { _ in turns.next(of: 4) } == [2, 3, 0])
    #expect(turns.next(of: 1) == 0)
    #expect(turns.next(of: 0) == nil)
    #expect(turns.next(of: 2) == 1)
  }
}
