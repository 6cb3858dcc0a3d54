/// Istio's TrafficPolicy: how the workloads of a host are called.
package struct TrafficPolicy: Hashable, Sendable {
  /// What holds for one port of the host instead of the rest; parts that it leaves out are at their
  /// defaults, not those around it.
  package struct Port: Hashable, Sendable {
    package var number: UInt16
    package var settings: Settings

    package init(number: UInt16, settings: Settings) {
      self.number = number
      self.settings = settings
    }
  }

  package struct Settings: Hashable, Sendable {
    package var loadBalancer: LoadBalancer?
    package var connectionPool: ConnectionPool?
    package var outlierDetection: OutlierDetection?
    package var tls: ClientTLS?

    package init(
      loadBalancer: LoadBalancer? = nil,
      connectionPool: ConnectionPool? = nil,
      outlierDetection: OutlierDetection? = nil,
      tls: ClientTLS? = nil
    ) {
      self.loadBalancer = loadBalancer
      self.connectionPool = connectionPool
      self.outlierDetection = outlierDetection
      self.tls = tls
    }
  }

  package var settings: Settings
  package var ports: [Port]
  /// `tunnel`, `proxyProtocol` and `retryBudget`, which no client gets.
  package var kept: [String: PlainValue]

  package init(
    settings: Settings = Settings(),
    ports: [Port] = [],
    kept: [String: PlainValue] = [:]
  ) {
    self.settings = settings
    self.ports = ports
    self.kept = kept
  }
}

/// Istio's LoadBalancerSettings.
package struct LoadBalancer: Hashable, Sendable {
  package enum Simple: String, CaseIterable, Hashable, Sendable {
    case unspecified = "UNSPECIFIED"
    case roundRobin = "ROUND_ROBIN"
    case leastRequest = "LEAST_REQUEST"
    /// An older name of ``leastRequest``.
    case leastConn = "LEAST_CONN"
    case random = "RANDOM"
    case passthrough = "PASSTHROUGH"
  }

  package enum Algorithm: Hashable, Sendable {
    case simple(Simple)
    case consistentHash(ConsistentHash)
  }

  /// nil where only the rest is said.
  package var algorithm: Algorithm?
  package var locality: LocalityLoadBalancing?
  package var warmup: Warmup?
  /// `zoneAware`, which no client gets.
  package var kept: [String: PlainValue]

  package init(
    algorithm: Algorithm? = nil,
    locality: LocalityLoadBalancing? = nil,
    warmup: Warmup? = nil,
    kept: [String: PlainValue] = [:]
  ) {
    self.algorithm = algorithm
    self.locality = locality
    self.warmup = warmup
    self.kept = kept
  }
}

/// Istio's ConsistentHashLB: calls with the same key go to the same workload.
package struct ConsistentHash: Hashable, Sendable {
  package struct Cookie: Hashable, Sendable {
    package var name: String
    package var path: String?
    /// Zero for a session cookie; nil where the caller makes the cookie itself.
    package var ttl: Duration?
    package var attributes: [HeaderField]

    package init(
      name: String,
      path: String? = nil,
      ttl: Duration? = nil,
      attributes: [HeaderField] = []
    ) {
      self.name = name
      self.path = path
      self.ttl = ttl
      self.attributes = attributes
    }
  }

  package enum Key: Hashable, Sendable {
    /// Lower case.
    case header(String)
    case cookie(Cookie)
    case sourceIP
    case queryParameter(String)
  }

  package enum Table: Hashable, Sendable {
    /// nil means 1024.
    case ring(minimumSize: UInt64?)
    /// A prime; nil means 65537.
    case maglev(size: UInt64?)
  }

  package var key: Key
  /// nil for the ring at its default size.
  package var table: Table?

  package init(key: Key, table: Table? = nil) {
    self.key = key
    self.table = table
  }
}

/// Istio's LocalityLoadBalancerSetting.
package struct LocalityLoadBalancing: Hashable, Sendable {
  /// Shares of the calls of one locality's callers: percent by locality, which sum up to 100.
  package struct Distribution: Hashable, Sendable {
    /// Such as `region/zone/*`.
    package var from: String
    /// In the order of the file.
    package var to: [Share]

    package init(from: String, to: [Share]) {
      self.from = from
      self.to = to
    }
  }

  package struct Share: Hashable, Sendable {
    package var locality: String
    package var percent: UInt32

    package init(locality: String, percent: UInt32) {
      self.locality = locality
      self.percent = percent
    }
  }

  package struct Failover: Hashable, Sendable {
    package var from: String
    package var to: String

    package init(from: String, to: String) {
      self.from = from
      self.to = to
    }
  }

  package var distribute: [Distribution]
  package var failover: [Failover]
  /// Labels, `name` or `name=value`: the more of them caller and workload share, the earlier it is tried.
  package var failoverPriority: [String]
  /// nil for the default, on.
  package var isEnabled: Bool?

  package init(
    distribute: [Distribution] = [],
    failover: [Failover] = [],
    failoverPriority: [String] = [],
    isEnabled: Bool? = nil
  ) {
    self.distribute = distribute
    self.failover = failover
    self.failoverPriority = failoverPriority
    self.isEnabled = isEnabled
  }
}

/// Istio's WarmupConfiguration: new workloads get their share bit by bit.
package struct Warmup: Hashable, Sendable {
  package var duration: Duration
  /// The share that a new workload begins with, in percent of its weight; nil means 10.
  package var minimumPercent: Double?
  /// The exponent of growth; nil means 1, a straight line.
  package var aggression: Double?
  /// Whether it was written as `warmupDurationSecs`, the older form.
  package var isOldForm: Bool

  package init(
    duration: Duration,
    minimumPercent: Double? = nil,
    aggression: Double? = nil,
    isOldForm: Bool = false
  ) {
    self.duration = duration
    self.minimumPercent = minimumPercent
    self.aggression = aggression
    self.isOldForm = isOldForm
  }
}

/// Istio's ConnectionPoolSettings; nil means the client's default throughout.
package struct ConnectionPool: Hashable, Sendable {
  package struct TCP: Hashable, Sendable {
    package struct Keepalive: Hashable, Sendable {
      package var probes: UInt32?
      package var time: Duration?
      package var interval: Duration?

      package init(probes: UInt32? = nil, time: Duration? = nil, interval: Duration? = nil) {
        self.probes = probes
        self.time = time
        self.interval = interval
      }
    }

    package var maxConnections: UInt32?
    package var connectTimeout: Duration?
    package var keepalive: Keepalive?
    package var maxConnectionDuration: Duration?
    package var idleTimeout: Duration?

    package init(
      maxConnections: UInt32? = nil,
      connectTimeout: Duration? = nil,
      keepalive: Keepalive? = nil,
      maxConnectionDuration: Duration? = nil,
      idleTimeout: Duration? = nil
    ) {
      self.maxConnections = maxConnections
      self.connectTimeout = connectTimeout
      self.keepalive = keepalive
      self.maxConnectionDuration = maxConnectionDuration
      self.idleTimeout = idleTimeout
    }
  }

  package struct HTTP: Hashable, Sendable {
    package enum UpgradePolicy: String, CaseIterable, Hashable, Sendable {
      case standard = "DEFAULT"
      case doNotUpgrade = "DO_NOT_UPGRADE"
      case upgrade = "UPGRADE"
    }

    package var http1MaxPendingRequests: UInt32?
    package var http2MaxRequests: UInt32?
    package var maxRequestsPerConnection: UInt32?
    package var maxRetries: UInt32?
    package var idleTimeout: Duration?
    package var upgradePolicy: UpgradePolicy?
    package var useClientProtocol: Bool?
    package var maxConcurrentStreams: UInt32?

    package init(
      http1MaxPendingRequests: UInt32? = nil,
      http2MaxRequests: UInt32? = nil,
      maxRequestsPerConnection: UInt32? = nil,
      maxRetries: UInt32? = nil,
      idleTimeout: Duration? = nil,
      upgradePolicy: UpgradePolicy? = nil,
      useClientProtocol: Bool? = nil,
      maxConcurrentStreams: UInt32? = nil
    ) {
      self.http1MaxPendingRequests = http1MaxPendingRequests
      self.http2MaxRequests = http2MaxRequests
      self.maxRequestsPerConnection = maxRequestsPerConnection
      self.maxRetries = maxRetries
      self.idleTimeout = idleTimeout
      self.upgradePolicy = upgradePolicy
      self.useClientProtocol = useClientProtocol
      self.maxConcurrentStreams = maxConcurrentStreams
    }
  }

  package var tcp: TCP?
  package var http: HTTP?

  package init(tcp: TCP? = nil, http: HTTP? = nil) {
    self.tcp = tcp
    self.http = http
  }
}

/// Istio's OutlierDetection: workloads that fail get no calls for a while; nil means the default.
package struct OutlierDetection: Hashable, Sendable {
  package var consecutive5xxErrors: UInt32?
  package var consecutiveGatewayErrors: UInt32?
  package var consecutiveLocalOriginFailures: UInt32?
  package var splitExternalLocalOriginErrors: Bool?
  package var interval: Duration?
  package var baseEjectionTime: Duration?
  /// 0 to 100.
  package var maxEjectionPercent: UInt32?
  /// 0 to 100.
  package var minHealthPercent: UInt32?

  package init(
    consecutive5xxErrors: UInt32? = nil,
    consecutiveGatewayErrors: UInt32? = nil,
    consecutiveLocalOriginFailures: UInt32? = nil,
    splitExternalLocalOriginErrors: Bool? = nil,
    interval: Duration? = nil,
    baseEjectionTime: Duration? = nil,
    maxEjectionPercent: UInt32? = nil,
    minHealthPercent: UInt32? = nil
  ) {
    self.consecutive5xxErrors = consecutive5xxErrors
    self.consecutiveGatewayErrors = consecutiveGatewayErrors
    self.consecutiveLocalOriginFailures = consecutiveLocalOriginFailures
    self.splitExternalLocalOriginErrors = splitExternalLocalOriginErrors
    self.interval = interval
    self.baseEjectionTime = baseEjectionTime
    self.maxEjectionPercent = maxEjectionPercent
    self.minHealthPercent = minHealthPercent
  }
}

/// Istio's ClientTLSSettings: how callers protect their connections.
package struct ClientTLS: Hashable, Sendable {
  package enum Mode: String, CaseIterable, Hashable, Sendable {
    case disable = "DISABLE"
    case simple = "SIMPLE"
    case mutual = "MUTUAL"
    case istioMutual = "ISTIO_MUTUAL"
  }

  package var mode: Mode
  /// Paths on the caller's machine.
  package var clientCertificate: String?
  package var privateKey: String?
  package var caCertificates: String?
  package var caCRL: String?
  package var credentialName: String?
  package var subjectAltNames: [String]
  package var sni: String?
  package var insecureSkipVerify: Bool?

  package init(
    mode: Mode,
    clientCertificate: String? = nil,
    privateKey: String? = nil,
    caCertificates: String? = nil,
    caCRL: String? = nil,
    credentialName: String? = nil,
    subjectAltNames: [String] = [],
    sni: String? = nil,
    insecureSkipVerify: Bool? = nil
  ) {
    self.mode = mode
    self.clientCertificate = clientCertificate
    self.privateKey = privateKey
    self.caCertificates = caCertificates
    self.caCRL = caCRL
    self.credentialName = credentialName
    self.subjectAltNames = subjectAltNames
    self.sni = sni
    self.insecureSkipVerify = insecureSkipVerify
  }
}
