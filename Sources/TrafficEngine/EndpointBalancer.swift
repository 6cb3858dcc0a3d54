package import XDSCore

/// Chooses among the endpoints of one priority, call by call, as proxyless gRPC does.
package struct EndpointBalancer: Sendable {
  /// An endpoint as load balancing sees it.
  package struct Candidate: Hashable, Sendable {
    /// `address:port`.
    package let key: String
    /// Its share of the calls is its weight by the sum of all; above 0.
    package let weight: Double

    package init(key: String, weight: Double) {
      self.key = key
      self.weight = weight
    }
  }

  /// What an endpoint says when it is asked to take a call.
  package enum Answer: Hashable, Sendable {
    case taken
    /// It isn't known yet whether it can.
    case connecting
    case down
  }

  package enum Choice: Hashable, Sendable {
    /// The index of the endpoint that took the call.
    case taken(Int)
    /// None did, but one may soon.
    case wait
    case none
  }

  private enum Policy: Sendable {
    case inTurn
    /// By weight: sums up to and with each endpoint.
    case weighted([Double])
    /// The less loaded of two (gRFC A48).
    case leastRequest
    case ring(HashRing)
  }

  private let count: Int
  private let policy: Policy

  /// - Parameters:
  ///   - candidates: The endpoints; those of equal weights are taken in turn.
  ///   - algorithm: What gRPC can't do is done in turn, or by weight.
  package init(_ candidates: [Candidate], _ algorithm: Cluster.LoadBalancing) {
    count = candidates.count
    switch algorithm {
    case .leastRequest:
      policy = .leastRequest
    case .ringHash(let minimumSize):
      let members = candidates.map { HashRing.Member(key: $0.key, weight: $0.weight) }
      policy = .ring(HashRing(members, minimumSize: minimumSize))
    case .roundRobin, .random, .maglev, .passthrough:
      policy = EndpointBalancer.byWeight(candidates)
    }
  }

  /// Finds an endpoint for a call.
  ///
  /// - Parameters:
  ///   - turn: Whose turn it is, from 0 to the number of endpoints less 1; called once at most.
  ///   - hash: The call's; nil for one at random.
  ///   - dice: For what is drawn.
  ///   - load: The calls in flight at an endpoint.
  ///   - take: Asks an endpoint; once it says `taken` no other is asked.
  /// - Returns: Who took the call.
  package func choose(
    turn: () -> Int,
    hash: UInt64?,
    using dice: inout some RandomNumberGenerator,
    load: (Int) -> Int,
    take: (Int) -> Answer
  ) -> Choice {
    guard count > 0 else { return .none }
    switch policy {
    case .inTurn:
      return inTurn(from: turn(), take)
    case .weighted(let sums):
      return weighted(sums, &dice, take)
    case .leastRequest:
      let first = Int.random(in: 0..<count, using: &dice)
      let second = Int.random(in: 0..<count, using: &dice)
      return inTurn(from: load(second) < load(first) ? second : first, take)
    case .ring(let ring):
      return around(ring, hash ?? dice.next(), take)
    }
  }

  private func inTurn(from start: Int, _ take: (Int) -> Answer) -> Choice {
    var isConnecting = false
    for offset in 0..<count {
      let index = (start + offset) % count
      switch take(index) {
      case .taken: return .taken(index)
      case .connecting: isConnecting = true
      case .down: break
      }
    }
    return isConnecting ? .wait : .none
  }

  /// Draws again without those that took nothing, so that the others keep their shares.
  private func weighted(
    _ sums: [Double],
    _ dice: inout some RandomNumberGenerator,
    _ take: (Int) -> Answer
  ) -> Choice {
    var weights: [Double] = []
    var index = EndpointBalancer.draw(sums, &dice)
    var isConnecting = false
    for _ in 0..<count {
      switch take(index) {
      case .taken: return .taken(index)
      case .connecting: isConnecting = true
      case .down: break
      }
      if weights.isEmpty {
        weights = sums.indices.map { $0 == 0 ? sums[0] : sums[$0] - sums[$0 - 1] }
      }
      weights[index] = 0
      guard let rest = EndpointBalancer.sums(of: weights) else { break }
      index = EndpointBalancer.draw(rest, &dice)
    }
    return isConnecting ? .wait : .none
  }

  /// Waits for an endpoint on the way that is being connected to: the next one isn't the call's.
  private func around(_ ring: HashRing, _ hash: UInt64, _ take: (Int) -> Answer) -> Choice {
    var choice = Choice.none
    ring.visit(from: hash) { index in
      switch take(index) {
      case .taken: choice = .taken(index)
      case .connecting: choice = .wait
      case .down: return false
      }
      return true
    }
    return choice
  }

  private static func byWeight(_ candidates: [Candidate]) -> Policy {
    guard let first = candidates.first,
      candidates.contains(where: { abs($0.weight - first.weight) > first.weight * 1e-9 }),
      let sums = sums(of: candidates.map(\.weight))
    else { return .inTurn }
    return .weighted(sums)
  }

  /// nil where all weights are 0.
  private static func sums(of weights: [Double]) -> [Double]? {
    var sum = 0.0
    let sums = weights.map { weight in
      sum += weight
      return sum
    }
    return sum > 0 ? sums : nil
  }

  private static func draw(_ sums: [Double], _ dice: inout some RandomNumberGenerator) -> Int {
    let drawn = Double.random(in: 0..<(sums.last ?? 1), using: &dice)
    var low = 0
    var high = sums.count - 1
    while low < high {
      let middle = (low + high) / 2
      if drawn < sums[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
