import TestSupport
import Testing
import TrafficEngine
import XDSCore

@Suite("Endpoint balancers")
struct EndpointBalancerTests {
  private typealias Candidate = EndpointBalancer.Candidate

  private static func candidates(_ weights: [Double]) -> [Candidate] {
    weights.enumerated().map { Candidate(key: "10.0.0.\($0):80", weight: $1) }
  }

  /// How often each endpoint was chosen; those that are down take nothing.
  private static func counts(
    _ balancer: EndpointBalancer,
    of count: Int,
    calls: Int,
    down: Set<Int> = [],
    loads: [Int] = []
  ) -> [Int] {
    var dice = SeededGenerator(seed: 5)
    var turns = RoundRobin(startingAt: 0)
    var counts = Array(repeating: 0, count: count)
    for _ in 0..<calls {
      let choice = balancer.choose(
        turn: { turns.next(of: count) ?? 0 },
        hash: nil,
        using: &dice,
        load: { loads.isEmpty ? 0 : loads[$0] },
        take: { down.contains($0) ? .down : .taken }
      )
      if case .taken(let index) = choice { counts[index] += 1 }
    }
    return counts
  }

  @Test("take endpoints of one weight in turn, past those that are down")
  func inTurn() {
    let balancer = EndpointBalancer(Self.candidates([2, 2, 2]), .roundRobin)
    #expect(Self.counts(balancer, of: 3, calls: 9) == [3, 3, 3])
    #expect(Self.counts(balancer, of: 3, calls: 9, down: [1]) == [3, 0, 6])
  }

  @Test("follow weights, also those of the endpoints left when one is down")
  func weighted() {
    let balancer = EndpointBalancer(Self.candidates([1, 2, 7]), .roundRobin)
    let all = Self.counts(balancer, of: 3, calls: 10_000)
    // Four standard deviations of the greatest: sqrt(10,000 * 0.3 * 0.7) = 46.
    for (count, wanted) in zip(all, [1000, 2000, 7000]) { #expect(abs(count - wanted) < 184) }
    let rest = Self.counts(balancer, of: 3, calls: 9000, down: [2])
    for (count, wanted) in zip(rest, [3000, 6000, 0]) { #expect(abs(count - wanted) < 180) }
  }

  @Test("prefer the less loaded of two")
  func leastRequest() {
    let balancer = EndpointBalancer(Self.candidates([1, 1]), .leastRequest)
    // The loaded one is chosen only where both draws are of it: a quarter.
    let counts = Self.counts(balancer, of: 2, calls: 4000, loads: [9, 0])
    #expect(abs(counts[0] - 1000) < 110)
    #expect(counts[0] + counts[1] == 4000)
  }

  @Test("wait for an endpoint that is being connected to, and give up where all are down")
  func none() {
    let algorithms: [Cluster.LoadBalancing] = [
      .roundRobin, .leastRequest, .ringHash(minimumSize: 16),
    ]
    for algorithm in algorithms {
      for weights in [[1.0, 1.0], [1.0, 3.0]] {
        let balancer = EndpointBalancer(Self.candidates(weights), algorithm)
        #expect(Self.choice(balancer) { _ in .down } == .none)
        #expect(Self.choice(balancer) { _ in .connecting } == .wait)
      }
    }
    #expect(Self.choice(EndpointBalancer([], .roundRobin)) { _ in .taken } == .none)
  }

  private static func choice(
    _ balancer: EndpointBalancer,
    hash: UInt64? = 7,
    _ take: (Int) -> EndpointBalancer.Answer
  ) -> EndpointBalancer.Choice {
    var dice = SeededGenerator(seed: 1)
    return balancer.choose(turn: { 0 }, hash: hash, using: &dice, load: { _ in 0 }, take: take)
  }

  @Test("on a ring send one hash to one endpoint, and move only the calls of one that is down")
  func ring() {
    let balancer = EndpointBalancer(Self.candidates([1, 1, 1]), .ringHash(minimumSize: 1024))
    var counts = [0, 0, 0]
    for key in 0..<3000 {
      let hash = XXHash64.hash("user-\(key)")
      guard case .taken(let index) = Self.choice(balancer, hash: hash, { _ in .taken }) else {
        Issue.record("no endpoint")
        continue
      }
      counts[index] += 1
      let again = Self.choice(balancer, hash: hash) { $0 == (index + 1) % 3 ? .down : .taken }
      #expect(again == .taken(index))
    }
    for count in counts { #expect(count > 800) }
  }

  @Test("put endpoints in tiers, weighed by their localities' shares and their own")
  func tiers() {
    func endpoint(
      _ port: UInt16,
      _ weight: UInt32,
      _ health: Endpoint.Health = .healthy
    )
      -> Endpoint
    {
      Endpoint(address: "10.0.0.1", port: port, health: health, weight: weight)
    }
    let assignment = ClusterLoadAssignment(
      clusterName: "c",
      localities: [
        LocalityEndpoints(zone: "b", weight: 1, priority: 1, endpoints: [endpoint(4, 1)]),
        LocalityEndpoints(
          zone: "a",
          weight: 3,
          endpoints: [endpoint(1, 1), endpoint(2, 2), endpoint(3, 5, .unhealthy)]
        ),
        LocalityEndpoints(zone: "c", weight: 1, endpoints: [endpoint(5, 9)]),
        LocalityEndpoints(weight: 1, priority: 2, endpoints: [endpoint(6, 1, .draining)]),
      ]
    )
    let tiers = assignment.tiers
    #expect(tiers.map { $0.endpoints.map(\.port) } == [[1, 2, 5], [4]])
    #expect(tiers[0].candidates.map(\.weight) == [1, 2, 1])
  }
}

@Suite("Hash rings")
struct HashRingTests {
  @Test(
    "hash as XXH64 does",
    arguments: [
      ("", 0xef46_db37_51d8_e999), ("a", 0xd24e_c4f1_a98c_6e5b), ("abc", 0x44bc_2cf5_ad77_0999),
      ("Nobody inspects the spammish repetition", 0xfbce_a83c_8a37_8bf1),
    ] as [(String, UInt64)]
  )
  func hashes(text: String, hash: UInt64) {
    #expect(XXHash64.hash(text) == hash)
  }

  @Test("have the size that is asked for, and as many places for a member as its weight says")
  func size() {
    let even = HashRing(
      ["a", "b", "c"].map { HashRing.Member(key: $0, weight: 1) },
      minimumSize: 1024
    )
    #expect(even.size == 1026)
    let uneven = HashRing(
      [HashRing.Member(key: "a", weight: 1), HashRing.Member(key: "b", weight: 3)],
      minimumSize: 8
    )
    #expect(uneven.size == 8)
    let large = HashRing([HashRing.Member(key: "a", weight: 1)], minimumSize: 1 << 40)
    #expect(UInt64(large.size) == HashRing.maximumSize)
    #expect(HashRing([], minimumSize: 8).size == 0)
  }

  @Test("go over each member once, in the order of the ring")
  func visit() {
    let members = (0..<5).map { HashRing.Member(key: "\($0)", weight: 1) }
    let ring = HashRing(members, minimumSize: 64)
    for hash in [0, 1 << 63, UInt64.max] {
      var visited: [Int] = []
      ring.visit(from: hash) { index in
        visited.append(index)
        return false
      }
      #expect(visited.sorted() == [0, 1, 2, 3, 4])
    }
  }
}
