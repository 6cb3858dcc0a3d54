import MeshModel

extension CheckRow {
  static let ofPolicies: [CheckRow] = [
    .policy(.error, .trafficPolicyInvalid, at: "", TrafficPolicy()),
    .policy(
      .error,
      .trafficPolicyInvalid,
      at: "portLevelSettings[0]",
      TrafficPolicy(ports: [.init(number: 20_000, settings: .init())])
    ),
    .policy(
      .error,
      .portInvalid,
      at: "portLevelSettings[0].port.number",
      TrafficPolicy(ports: [.init(number: 0, settings: roundRobin)])
    ),
    .policy(
      .error,
      .portDuplicate,
      at: "portLevelSettings[1].port.number",
      TrafficPolicy(ports: [
        .init(number: 20_000, settings: roundRobin), .init(number: 20_000, settings: roundRobin),
      ])
    ),
    .policy(
      .warning,
      .portUnknown,
      at: "portLevelSettings[0].port.number",
      TrafficPolicy(ports: [.init(number: 81, settings: roundRobin)])
    ),
    hash(at: "httpHeaderName", .init(key: .header(""))),
    hash(at: "httpQueryParameterName", .init(key: .queryParameter(""))),
    hash(at: "httpCookie.name", .init(key: .cookie(.init(name: "")))),
    hash(at: "maglev.tableSize", .init(key: .sourceIP, table: .maglev(size: 65_536))),
    hash(at: "ringHash.minimumRingSize", .init(key: .sourceIP, table: .ring(minimumSize: 1 << 24))),
    locality(at: "failover", .init(distribute: [fair], failover: [.init(from: "a", to: "b")])),
    locality(at: "distribute[0].to", .init(distribute: [distribution("a", ["b": 60, "c": 30])])),
    locality(
      at: "distribute[0].to[c]",
      .init(distribute: [distribution("a", ["b": 100, "c": 0])])
    ),
    locality(at: "distribute[0].from", .init(distribute: [distribution("*/a", ["b": 100])])),
    locality(
      at: "distribute[1].from",
      .init(distribute: [distribution("a/*", ["b": 100]), distribution("a/z", ["b": 100])])
    ),
    locality(at: "failover[0].to", .init(failover: [.init(from: "a", to: "a")])),
    locality(at: "failover[0].from", .init(failover: [.init(from: "a/z", to: "b")])),
    locality(at: "failoverPriority[0]", .init(failoverPriority: ["a b"])),
    locality(
      at: "failoverPriority",
      .init(
        failover: [.init(from: "a", to: "b")],
        failoverPriority: ["topology.kubernetes.io/region"]
      )
    ),
    .policy(
      .warning,
      .localityIneffective,
      at: "loadBalancer.localityLbSetting.failover",
      balancing(.init(locality: .init(failover: [.init(from: "a", to: "b")])))
    ),
    .policy(
      .error,
      .durationInvalid,
      at: "loadBalancer.warmupDurationSecs",
      balancing(.init(warmup: .init(duration: .zero, isOldForm: true)))
    ),
    .policy(
      .error,
      .warmupInvalid,
      at: "loadBalancer.warmup.minimumPercent",
      balancing(.init(warmup: .init(duration: .seconds(1), minimumPercent: 101)))
    ),
    .policy(
      .error,
      .warmupInvalid,
      at: "loadBalancer.warmup.aggression",
      balancing(.init(warmup: .init(duration: .seconds(1), aggression: .nan)))
    ),
    .policy(.error, .connectionPoolInvalid, at: "connectionPool", pool(.init())),
    .policy(
      .error,
      .connectionPoolInvalid,
      at: "connectionPool.http.useClientProtocol",
      pool(.init(http: .init(upgradePolicy: .upgrade, useClientProtocol: true)))
    ),
    .policy(
      .error,
      .durationInvalid,
      at: "connectionPool.tcp.connectTimeout",
      pool(.init(tcp: .init(connectTimeout: .zero)))
    ),
    .policy(
      .error,
      .durationInvalid,
      at: "connectionPool.tcp.tcpKeepalive.time",
      pool(.init(tcp: .init(keepalive: .init(time: .nanoseconds(1)))))
    ),
    outliers(at: "maxEjectionPercent", .init(maxEjectionPercent: 101)),
    outliers(at: "consecutiveLocalOriginFailures", .init(consecutiveLocalOriginFailures: 1)),
    .policy(
      .error,
      .durationInvalid,
      at: "outlierDetection.interval",
      TrafficPolicy(settings: .init(outlierDetection: .init(interval: .zero)))
    ),
    tls(at: "mode", .init(mode: .mutual, privateKey: "/key", caCertificates: "/ca")),
    tls(at: "caCertificates", .init(mode: .istioMutual, caCertificates: "/ca")),
    tls(
      at: "credentialName",
      .init(mode: .simple, caCertificates: "/ca", credentialName: "secret")
    ),
    tls(at: "caCrl", .init(mode: .simple, caCRL: "/crl")),
    tls(
      at: "insecureSkipVerify",
      .init(mode: .simple, caCertificates: "/ca", insecureSkipVerify: true)
    ),
    .policy(
      .warning,
      .tlsUnverified,
      at: "tls.mode",
      TrafficPolicy(settings: .init(tls: .init(mode: .simple)))
    ),
    CheckRow(.error, .durationInvalid, at: "DestinationRule spec.subsets[1].trafficPolicy.\(http)")
    {
      let timeout = Duration.milliseconds(-1)
      $0.destinationRules[0].subsets[1].trafficPolicy =
        pool(.init(http: .init(idleTimeout: timeout)))
    },
  ]

  private static let http = "connectionPool.http.idleTimeout"
  private static let roundRobin = TrafficPolicy.Settings(
    loadBalancer: LoadBalancer(algorithm: .simple(.roundRobin))
  )
  private static let fair = distribution("a", ["b": 100])

  private static func distribution(
    _ from: String,
    _ shares: [String: UInt32]
  ) -> LocalityLoadBalancing.Distribution {
    LocalityLoadBalancing.Distribution(
      from: from,
      to: shares.sorted { $0.key < $1.key }.map { .init(locality: $0.key, percent: $0.value) }
    )
  }

  private static func balancing(
    _ balancer: LoadBalancer,
    _ outliers: OutlierDetection? = nil
  ) -> TrafficPolicy {
    TrafficPolicy(settings: .init(loadBalancer: balancer, outlierDetection: outliers))
  }

  private static func pool(_ pool: ConnectionPool) -> TrafficPolicy {
    TrafficPolicy(settings: .init(connectionPool: pool))
  }

  private static func hash(at path: String, _ hash: ConsistentHash) -> CheckRow {
    let policy = balancing(LoadBalancer(algorithm: .consistentHash(hash)))
    return .policy(
      .error,
      .consistentHashInvalid,
      at: "loadBalancer.consistentHash.\(path)",
      policy
    )
  }

  private static func locality(at path: String, _ locality: LocalityLoadBalancing) -> CheckRow {
    let policy = balancing(LoadBalancer(locality: locality), OutlierDetection())
    return .policy(
      .error,
      .localityInvalid,
      at: "loadBalancer.localityLbSetting.\(path)",
      policy
    )
  }

  private static func outliers(at path: String, _ outliers: OutlierDetection) -> CheckRow {
    let policy = TrafficPolicy(settings: .init(outlierDetection: outliers))
    return .policy(.error, .outlierDetectionInvalid, at: "outlierDetection.\(path)", policy)
  }

  private static func tls(at path: String, _ tls: ClientTLS) -> CheckRow {
    .policy(.error, .tlsInvalid, at: "tls.\(path)", TrafficPolicy(settings: .init(tls: tls)))
  }
}
