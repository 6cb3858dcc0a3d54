extension ObjectSchema {
  static let destinationRule = ObjectSchema(
    name: "DestinationRule",
    fields: [
      .required("host", .string),
      .applied("subsets", .list(.object(subset))),
      .notApplied("trafficPolicy", .object(trafficPolicy)),
      .notApplied("exportTo", .strings),
      .notApplied("workloadSelector", .object(workloadSelector(label: "matchLabels"))),
    ]
  )

  static let subset = ObjectSchema(
    name: "Subset",
    fields: [
      .required("name", .string),
      .applied("labels", .stringMap),
      .notApplied("trafficPolicy", .object(trafficPolicy)),
    ]
  )

  /// `matchLabels` in a DestinationRule, `labels` in a ServiceEntry.
  static func workloadSelector(label: String) -> ObjectSchema {
    ObjectSchema(name: "WorkloadSelector", fields: [.required(label, .stringMap)])
  }

  static let trafficPolicy = ObjectSchema(
    name: "TrafficPolicy",
    fields: policyFields + [
      .applied("portLevelSettings", .list(.object(portTrafficPolicy))),
      .applied("tunnel", .anything),
      .applied("proxyProtocol", .anything),
      .applied("retryBudget", .anything),
    ]
  )

  private static let portTrafficPolicy = ObjectSchema(
    name: "PortTrafficPolicy",
    fields: [.required("port", .object(portSelector))] + policyFields
  )

  private static let policyFields: [Field] = [
    .applied("loadBalancer", .object(loadBalancer)),
    .applied("connectionPool", .object(connectionPool)),
    .applied("outlierDetection", .object(outlierDetection)),
    .applied("tls", .object(clientTLS)),
  ]

  private static let loadBalancer: ObjectSchema = {
    let cookie = ObjectSchema(
      name: "HTTPCookie",
      fields: [
        .required("name", .string), .applied("path", .string), .applied("ttl", .duration),
        .applied("attributes", .anything),
      ]
    )
    let size = FieldType.integer(0...Int64(UInt32.max))
    let consistentHash = ObjectSchema(
      name: "ConsistentHashLB",
      fields: [
        .applied("httpHeaderName", .string),
        .applied("httpCookie", .object(cookie)),
        .applied("useSourceIp", .boolean),
        .applied("httpQueryParameterName", .string),
        .applied(
          "ringHash",
          .object(ObjectSchema(name: "RingHash", fields: [.applied("minimumRingSize", size)]))
        ),
        .applied(
          "maglev",
          .object(ObjectSchema(name: "MagLev", fields: [.applied("tableSize", size)]))
        ),
        .applied("minimumRingSize", size),
      ],
      exclusive: [
        ["httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName"],
        ["ringHash", "maglev"],
      ]
    )
    return ObjectSchema(
      name: "LoadBalancerSettings",
      fields: [
        .applied(
          "simple",
          .enumeration([
            "UNSPECIFIED", "ROUND_ROBIN", "LEAST_REQUEST", "LEAST_CONN", "RANDOM", "PASSTHROUGH",
          ])
        ),
        .applied("consistentHash", .object(consistentHash)),
        .applied("localityLbSetting", .anything),
        .applied("warmupDurationSecs", .duration),
        .applied("warmup", .anything),
      ],
      exclusive: [["simple", "consistentHash"]]
    )
  }()

  private static let connectionPool: ObjectSchema = {
    let count = FieldType.integer(0...Int64(Int32.max))
    let tcp = ObjectSchema(
      name: "TCPSettings",
      fields: [
        .applied("maxConnections", count),
        .applied("connectTimeout", .duration),
        .applied("tcpKeepalive", .anything),
        .applied("maxConnectionDuration", .duration),
        .applied("idleTimeout", .duration),
      ]
    )
    let http = ObjectSchema(
      name: "HTTPSettings",
      fields: [
        .applied("http1MaxPendingRequests", count),
        .applied("http2MaxRequests", count),
        .applied("maxRequestsPerConnection", count),
        .applied("maxRetries", count),
        .applied("idleTimeout", .duration),
        .applied("h2UpgradePolicy", .enumeration(["DEFAULT", "DO_NOT_UPGRADE", "UPGRADE"])),
        .applied("useClientProtocol", .boolean),
        .applied("maxConcurrentStreams", count),
      ]
    )
    return ObjectSchema(
      name: "ConnectionPoolSettings",
      fields: [.applied("tcp", .object(tcp)), .applied("http", .object(http))]
    )
  }()

  private static let outlierDetection: ObjectSchema = {
    let count = FieldType.integer(0...Int64(UInt32.max))
    return ObjectSchema(
      name: "OutlierDetection",
      fields: [
        .applied("consecutiveErrors", count),
        .applied("consecutive5xxErrors", count),
        .applied("consecutiveGatewayErrors", count),
        .applied("consecutiveLocalOriginFailures", count),
        .applied("splitExternalLocalOriginErrors", .boolean),
        .applied("interval", .duration),
        .applied("baseEjectionTime", .duration),
        .applied("maxEjectionPercent", .integer(0...100)),
        .applied("minHealthPercent", .integer(0...100)),
      ]
    )
  }()

  private static let clientTLS = ObjectSchema(
    name: "ClientTLSSettings",
    fields: [
      .applied("mode", .enumeration(["DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"])),
      .applied("clientCertificate", .string),
      .applied("privateKey", .string),
      .applied("caCertificates", .string),
      .applied("caCrl", .string),
      .applied("credentialName", .string),
      .applied("subjectAltNames", .strings),
      .applied("sni", .string),
      .applied("insecureSkipVerify", .boolean),
    ]
  )
}
