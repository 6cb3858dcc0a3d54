import MeshModel

extension Forms {
  static let destinationRule = ObjectForm(
    "DestinationRule",
    start: DestinationRule(name: ResourceName(name: ""), host: "", subsets: []),
    [
      .required("host", \.host, .string),
      .optional("trafficPolicy", \.trafficPolicy, .object(trafficPolicy)),
      .several("subsets", \.subsets, .list(.object(subset))),
      .kept("exportTo", \.kept.spec, .strings),
      .optional(
        "workloadSelector",
        \.workloadSelector,
        .stringMap.inside("matchLabels", of: "WorkloadSelector")
      ),
    ]
  )

  private static let subset = ObjectForm(
    "Subset",
    start: Subset(name: "", labels: [:]),
    [
      .required("name", \.name, .string),
      .several("labels", \.labels, .stringMap),
      .optional("trafficPolicy", \.trafficPolicy, .object(trafficPolicy)),
    ]
  )

  // MARK: Traffic policies

  private static let policyFields: [FieldForm<TrafficPolicy.Settings>] = [
    .optional("loadBalancer", \.loadBalancer, .object(loadBalancer)),
    .optional("connectionPool", \.connectionPool, .object(connectionPool)),
    .optional("outlierDetection", \.outlierDetection, .object(outlierDetection)),
    .optional("tls", \.tls, .object(clientTLS)),
  ]

  static let trafficPolicy: ObjectForm<TrafficPolicy> = {
    let port = ObjectForm(
      "PortTrafficPolicy",
      start: TrafficPolicy.Port(number: 0, settings: TrafficPolicy.Settings()),
      [.required("port", \.number, .portSelector)] + policyFields.map { $0.lifted(\.settings) }
    )
    return ObjectForm(
      "TrafficPolicy",
      start: TrafficPolicy(),
      policyFields.map { $0.lifted(\.settings) } + [
        .several("portLevelSettings", \.ports, .list(.object(port))),
        .kept("tunnel", \.kept),
        .kept("proxyProtocol", \.kept),
        .kept("retryBudget", \.kept),
      ]
    )
  }()

  static let outlierDetection: ObjectForm<OutlierDetection> = {
    let count = ValueForm<UInt32>.integer()
    return ObjectForm(
      "OutlierDetection",
      start: OutlierDetection(),
      exclusive: [
        ["consecutiveErrors", "consecutive5xxErrors"],
        ["consecutiveErrors", "consecutiveGatewayErrors"],
      ],
      [
        // Its errors were those of gateways alone.
        .old("consecutiveErrors", count) { count, detection in
          detection.consecutiveGatewayErrors = count
          detection.consecutive5xxErrors = 0
        },
        .optional("splitExternalLocalOriginErrors", \.splitExternalLocalOriginErrors, .boolean),
        .optional("consecutiveLocalOriginFailures", \.consecutiveLocalOriginFailures, count),
        .optional("consecutiveGatewayErrors", \.consecutiveGatewayErrors, count),
        .optional("consecutive5xxErrors", \.consecutive5xxErrors, count),
        .optional("interval", \.interval, .duration),
        .optional("baseEjectionTime", \.baseEjectionTime, .duration),
        .optional("maxEjectionPercent", \.maxEjectionPercent, .percent),
        .optional("minHealthPercent", \.minHealthPercent, .percent),
      ]
    )
  }()

  static let clientTLS = ObjectForm(
    "ClientTLSSettings",
    start: ClientTLS(mode: .disable),
    [
      .always("mode", \.mode, .words()),
      .optional("clientCertificate", \.clientCertificate, .string),
      .optional("privateKey", \.privateKey, .string),
      .optional("caCertificates", \.caCertificates, .string),
      .optional("credentialName", \.credentialName, .string),
      .several("subjectAltNames", \.subjectAltNames, .strings),
      .optional("sni", \.sni, .string),
      .optional("insecureSkipVerify", \.insecureSkipVerify, .boolean),
      .optional("caCrl", \.caCRL, .string),
    ]
  )
}
