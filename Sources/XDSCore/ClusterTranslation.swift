import MeshModel

/// Translates what DestinationRules say of the calls to a cluster, as far as the profile's clients
/// obey it.
struct ClusterTranslation {
  /// Istio's, where a consistent hash doesn't say.
  private static let usualRing: UInt64 = 1024
  private static let usualMaglev: UInt64 = 65537

  private let profile: NodeProfile
  var cluster: Cluster
  /// Sentences for the operator.
  private(set) var obstacles: [String] = []

  init(
    name: String,
    settings: TrafficPolicy.Settings,
    profile: NodeProfile,
    reportsLoad: Bool
  ) {
    self.profile = profile
    cluster = Cluster(name: name, reportsLoad: reportsLoad)
    if let balancer = settings.loadBalancer { take(balancer) }
    if let pool = settings.connectionPool { take(pool) }
    if let detection = settings.outlierDetection, detection != OutlierDetection() {
      if profile.obeysTrafficPolicies {
        cluster.outlierDetection = detection
      } else {
        obstacle("takes no endpoint out for its errors (outlierDetection)")
      }
    }
    if let tls = settings.tls { take(tls) }
  }

  private mutating func obstacle(_ inaction: String) {
    obstacles.append("\(profile.clientName) \(inaction)")
  }

  // MARK: Load balancing

  private mutating func take(_ balancer: LoadBalancer) {
    switch balancer.algorithm {
    case .simple(let simple): take(simple)
    case .consistentHash(let hash): take(hash)
    case nil: break
    }
    guard let warmup = balancer.warmup, warmup.duration > .zero else { return }
    guard profile.obeysTrafficPolicies else {
      return obstacle("gives new workloads their full share at once (warmup)")
    }
    switch cluster.loadBalancing {
    case .roundRobin, .leastRequest: cluster.warmup = warmup
    case .random, .ringHash, .maglev, .passthrough:
      obstacle("warms workloads up with ROUND_ROBIN and LEAST_REQUEST only")
    }
  }

  private mutating func take(_ simple: LoadBalancer.Simple) {
    guard profile.choosesEndpoints else {
      if simple != .unspecified {
        obstacle("chooses endpoints its own way, not \(simple.rawValue)")
      }
      return
    }
    switch simple {
    case .roundRobin: break
    case .unspecified, .leastRequest, .leastConn: cluster.loadBalancing = .leastRequest
    case .random where profile.obeysTrafficPolicies: cluster.loadBalancing = .random
    case .random: obstacle("takes endpoints in turn, not RANDOM")
    // The listeners here are the services' addresses, so there is no other place that calls were
    // going to.
    case .passthrough: obstacle("takes endpoints in turn, since no other address is dialled here")
    }
  }

  private mutating func take(_ hash: ConsistentHash) {
    guard profile.choosesEndpoints else {
      return obstacle("chooses endpoints its own way, not by a hash")
    }
    switch hash.table {
    case .ring(let size):
      cluster.loadBalancing = .ringHash(minimumSize: size ?? Self.usualRing)
    case nil:
      cluster.loadBalancing = .ringHash(minimumSize: Self.usualRing)
    case .maglev(let size) where profile.obeysTrafficPolicies:
      cluster.loadBalancing = .maglev(size: size ?? Self.usualMaglev)
    case .maglev:
      obstacle("knows no MAGLEV and hashes on a ring")
      cluster.loadBalancing = .ringHash(minimumSize: Self.usualRing)
    }
    if profile.hashPolicy(hash.key) == nil {
      obstacle("can't hash \(hash.key.inWords), so each call goes to a random endpoint")
    }
  }

  // MARK: Connections

  private mutating func take(_ pool: ConnectionPool) {
    guard !profile.obeysTrafficPolicies else {
      cluster.connectionPool = pool
      if pool.http?.upgradePolicy == .doNotUpgrade {
        obstacle("speaks HTTP/2 to gRPC's endpoints, whatever h2UpgradePolicy says")
      }
      return
    }
    var rest = pool
    if profile.limitsRequests {
      let limit = pool.http?.http2MaxRequests
      cluster.connectionPool = ConnectionPool(
        http: limit.map { ConnectionPool.HTTP(http2MaxRequests: $0) }
      )
      rest.http?.http2MaxRequests = nil
    }
    guard rest.tcp ?? .init() != .init() || rest.http ?? .init() != .init() else { return }
    obstacle(
      profile.limitsRequests
        ? "obeys http2MaxRequests only of a connectionPool" : "obeys no connectionPool"
    )
  }

  private mutating func take(_ tls: ClientTLS) {
    switch tls.mode {
    case .disable:
      return
    case .istioMutual:
      return obstacle(
        "has none of Istio's certificates here, so ISTIO_MUTUAL is left out and calls go in the clear"
      )
    case .simple, .mutual:
      break
    }
    guard profile.obeysTrafficPolicies else {
      return obstacle("encrypts no calls here, so \(tls.mode.rawValue) TLS is left out")
    }
    cluster.tls = tls
    if tls.credentialName != nil { obstacle("has no secret of a credentialName") }
    if tls.mode == .mutual, tls.clientCertificate == nil || tls.privateKey == nil {
      obstacle("shows no certificate, for MUTUAL TLS names no clientCertificate and privateKey")
    }
    if tls.caCertificates == nil, tls.insecureSkipVerify != true, !tls.subjectAltNames.isEmpty {
      obstacle("looks at no subjectAltNames without caCertificates")
    }
  }
}

extension ConsistentHash.Key {
  /// What is hashed, for a sentence.
  fileprivate var inWords: String {
    switch self {
    case .header(let name): "header \(name)"
    case .cookie(let cookie): "cookie \(cookie.name)"
    case .sourceIP: "the caller's address"
    case .queryParameter(let name): "query parameter \(name)"
    }
  }
}

extension NodeProfile {
  /// What a client hashes for a key; nil where it can't.
  func hashPolicy(_ key: ConsistentHash.Key) -> RouteSettings.HashPolicy? {
    switch key {
    case .header(let name):
      if self == .dubbo || (self == .grpc && name.hasSuffix("-bin")) { return nil }
      return .header(name)
    case .cookie(let cookie): return self == .envoy ? .cookie(cookie) : nil
    case .sourceIP: return self == .envoy ? .sourceIP : nil
    case .queryParameter(let name): return self == .envoy ? .queryParameter(name) : nil
    }
  }
}
