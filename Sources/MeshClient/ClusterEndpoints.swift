import MeshModel
import Synchronization
import TrafficEngine
import XDSCore

/// A call's place at an endpoint, which it has to leave.
struct Place: Sendable {
  let endpoint: EndpointConnection
  fileprivate let limit: CallLimit

  func leave() {
    endpoint.leave()
    limit.leave()
  }
}

/// The endpoints of one cluster, and which of them gets the next call.
final class ClusterEndpoints: Sendable {
  /// What a call can do with the cluster at this moment.
  enum Pick: Sendable {
    case place(Place)
    /// Some endpoint is being connected to.
    case wait
    case none(reason: String)
    /// The call is dropped, whatever it would wait for.
    case refused(reason: String)
  }

  /// The endpoints of one priority.
  private final class Tier: Sendable {
    let endpoints: [EndpointConnection]
    let balancer: EndpointBalancer
    let turn: Mutex<RoundRobin>

    init(_ tier: EndpointTier, _ cluster: Cluster?, pool: EndpointPool, firstTurn: UInt64) {
      let known = zip(tier.endpoints, tier.candidates).compactMap { endpoint, candidate in
        pool[endpoint].map { ($0, candidate) }
      }
      endpoints = known.map(\.0)
      balancer = EndpointBalancer(known.map(\.1), cluster?.loadBalancing ?? .roundRobin)
      turn = Mutex(RoundRobin(startingAt: firstTurn))
    }
  }

  /// gRFC A32's, where the cluster names none.
  private static let defaultMaximumCalls: UInt32 = 1024

  let name: String
  private let tiers: [Tier]
  /// Why there are no endpoints, where there are none.
  private let emptyReason: String
  private let limit: CallLimit
  private let maximumCalls: UInt32

  init(
    name: String,
    _ cluster: ResolvedCluster?,
    pool: EndpointPool,
    firstTurn: UInt64
  ) {
    self.name = name
    tiers = (cluster?.endpoints?.tiers ?? []).map { tier in
      Tier(tier, cluster?.cluster, pool: pool, firstTurn: firstTurn)
    }
    emptyReason = cluster?.failure ?? "no usable endpoint"
    limit = pool.limit(of: name)
    maximumCalls =
      cluster?.cluster?.connectionPool.http?.http2MaxRequests
      ?? ClusterEndpoints.defaultMaximumCalls
  }

  /// Finds a ready endpoint of the first priority that has one.
  ///
  /// Costs no more than one look at an endpoint while all are ready.
  ///
  /// - Parameters:
  ///   - hash: The call's, for clusters that choose by it; nil for one at random.
  ///   - seed: For what is drawn.
  /// - Returns: The place, to be left; or why there is none.
  func pick(hash: UInt64?, seed: UInt64) -> Pick {
    guard limit.enter(maximum: maximumCalls) else {
      return .refused(reason: "\(maximumCalls) calls are under way, which is its limit")
    }
    let pick = choose(hash: hash, seed: seed)
    if case .place = pick { return pick }
    limit.leave()
    return pick
  }

  private func choose(hash: UInt64?, seed: UInt64) -> Pick {
    var dice = SplitMix64(seed: seed)
    var reason = emptyReason
    for tier in tiers {
      let choice = tier.balancer.choose(
        turn: { tier.turn.withLock { $0.next(of: tier.endpoints.count) } ?? 0 },
        hash: hash,
        using: &dice,
        load: { tier.endpoints[$0].calls },
        take: { index in
          let endpoint = tier.endpoints[index]
          switch endpoint.enter() {
          case .taken: return .taken
          case .connecting, .retired: return .connecting
          case .down(let cause):
            reason = "\(endpoint.hostPort): \(cause)"
            return .down
          }
        }
      )
      switch choice {
      case .taken(let index): return .place(Place(endpoint: tier.endpoints[index], limit: limit))
      case .wait: return .wait
      case .none: continue
      }
    }
    return .none(reason: reason)
  }
}

/// The calls under way to one cluster, over all configurations that name it (gRFC A32).
final class CallLimit: Sendable {
  private let calls = Atomic<Int>(0)

  /// Counts one more call, unless there are as many as may be.
  func enter(maximum: UInt32) -> Bool {
    if calls.wrappingAdd(1, ordering: .relaxed).newValue <= Int(maximum) { return true }
    leave()
    return false
  }

  func leave() {
    calls.wrappingSubtract(1, ordering: .relaxed)
  }
}
