package import MeshModel

extension RandomRules {
  package mutating func destinationRule() -> DestinationRule {
    DestinationRule(
      name: name(),
      host: text(),
      subsets: several { random in
        Subset(
          name: random.text(),
          labels: random.map(),
          trafficPolicy: random.maybe { $0.trafficPolicy() }
        )
      },
      trafficPolicy: maybe { $0.trafficPolicy() },
      workloadSelector: maybe { $0.map() },
      kept: keptFields(lists: [], strings: ["exportTo"])
    )
  }

  package mutating func trafficPolicy() -> TrafficPolicy {
    TrafficPolicy(
      settings: policySettings(),
      ports: several { TrafficPolicy.Port(number: $0.port(), settings: $0.policySettings()) },
      kept: kept(["tunnel", "proxyProtocol", "retryBudget"]) { $0.plainValue() }
    )
  }

  private mutating func policySettings() -> TrafficPolicy.Settings {
    TrafficPolicy.Settings(
      loadBalancer: maybe { $0.loadBalancer() },
      connectionPool: maybe { $0.connectionPool() },
      outlierDetection: maybe { $0.outlierDetection() },
      tls: maybe { $0.clientTLS() }
    )
  }

  // MARK: Load balancers

  private mutating func loadBalancer() -> LoadBalancer {
    LoadBalancer(
      algorithm: maybe { random in
        random.isChosen()
          ? .simple(random.one(of: LoadBalancer.Simple.allCases))
          : .consistentHash(random.consistentHash())
      },
      locality: maybe { $0.localityLoadBalancing() },
      warmup: maybe { $0.warmup() },
      kept: kept(["zoneAware"]) { $0.plainValue() }
    )
  }

  private mutating func consistentHash() -> ConsistentHash {
    let key: ConsistentHash.Key =
      switch number(0...3) {
      case 0: .header(text())
      case 1: .cookie(cookie())
      case 2: .sourceIP
      default: .queryParameter(text())
      }
    let size = maybe { UInt64($0.number(0...Int.max)) }
    return ConsistentHash(
      key: key,
      table: maybe { $0.isChosen() ? .ring(minimumSize: size) : .maglev(size: size) }
    )
  }

  private mutating func cookie() -> ConsistentHash.Cookie {
    ConsistentHash.Cookie(
      name: text(),
      path: maybe { $0.text() },
      ttl: maybe { $0.duration() },
      attributes: several { HeaderField(name: $0.text(), value: $0.text()) }
    )
  }

  private mutating func localityLoadBalancing() -> LocalityLoadBalancing {
    LocalityLoadBalancing(
      distribute: several { random in
        LocalityLoadBalancing.Distribution(
          from: random.text(),
          to: random.headerFields().map {
            LocalityLoadBalancing.Share(locality: $0.name, percent: random.percent())
          }
        )
      },
      failover: several { LocalityLoadBalancing.Failover(from: $0.text(), to: $0.text()) },
      failoverPriority: several { $0.text() },
      isEnabled: maybe { $0.boolean() }
    )
  }

  private mutating func warmup() -> Warmup {
    guard isChosen() else { return Warmup(duration: duration(), isOldForm: true) }
    return Warmup(
      duration: duration(),
      minimumPercent: maybe { $0.one(of: [0, 10, 12.5, 100]) },
      aggression: maybe { $0.one(of: [1, 1.5, 0.1]) }
    )
  }

  // MARK: Connections

  private mutating func connectionPool() -> ConnectionPool {
    ConnectionPool(tcp: maybe { $0.tcpPool() }, http: maybe { $0.httpPool() })
  }

  private mutating func tcpPool() -> ConnectionPool.TCP {
    ConnectionPool.TCP(
      maxConnections: maybe { $0.count() },
      connectTimeout: maybe { $0.duration() },
      keepalive: maybe { random in
        ConnectionPool.TCP.Keepalive(
          probes: random.maybe { $0.count() },
          time: random.maybe { $0.duration() },
          interval: random.maybe { $0.duration() }
        )
      },
      maxConnectionDuration: maybe { $0.duration() },
      idleTimeout: maybe { $0.duration() }
    )
  }

  private mutating func httpPool() -> ConnectionPool.HTTP {
    ConnectionPool.HTTP(
      http1MaxPendingRequests: maybe { $0.count() },
      http2MaxRequests: maybe { $0.count() },
      maxRequestsPerConnection: maybe { $0.count() },
      maxRetries: maybe { $0.count() },
      idleTimeout: maybe { $0.duration() },
      upgradePolicy: maybe { $0.one(of: ConnectionPool.HTTP.UpgradePolicy.allCases) },
      useClientProtocol: maybe { $0.boolean() },
      maxConcurrentStreams: maybe { $0.count() }
    )
  }

  private mutating func outlierDetection() -> OutlierDetection {
    OutlierDetection(
      consecutive5xxErrors: maybe { $0.count() },
      consecutiveGatewayErrors: maybe { $0.count() },
      consecutiveLocalOriginFailures: maybe { $0.count() },
      splitExternalLocalOriginErrors: maybe { $0.boolean() },
      interval: maybe { $0.duration() },
      baseEjectionTime: maybe { $0.duration() },
      maxEjectionPercent: maybe { $0.percent() },
      minHealthPercent: maybe { $0.percent() }
    )
  }

  private mutating func clientTLS() -> ClientTLS {
    ClientTLS(
      mode: one(of: ClientTLS.Mode.allCases),
      clientCertificate: maybe { $0.text() },
      privateKey: maybe { $0.text() },
      caCertificates: maybe { $0.text() },
      caCRL: maybe { $0.text() },
      credentialName: maybe { $0.text() },
      subjectAltNames: several { $0.text() },
      sni: maybe { $0.text() },
      insecureSkipVerify: maybe { $0.boolean() }
    )
  }
}
