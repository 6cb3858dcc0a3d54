import MeshModel

extension Forms {
  static let loadBalancer: ObjectForm<LoadBalancer> = {
    let warmup = ObjectForm(
      "WarmupConfiguration",
      start: Warmup(duration: .zero),
      [
        .required("duration", \.duration, .duration),
        .optional("minimumPercent", \.minimumPercent, .number),
        .optional("aggression", \.aggression, .number),
      ]
    )
    return ObjectForm(
      "LoadBalancerSettings",
      start: LoadBalancer(),
      exclusive: [["simple", "consistentHash"], ["warmupDurationSecs", "warmup"]],
      [
        .optional("simple", \.simple, .words()),
        .optional("consistentHash", \.consistentHash, .object(consistentHash)),
        .optional("localityLbSetting", \.locality, .object(localityLoadBalancing)),
        .optional("warmupDurationSecs", \.oldWarmup, .duration),
        .optional("warmup", \.newWarmup, .object(warmup)),
        .kept("zoneAware", \.kept),
      ]
    )
  }()

  // MARK: Consistent hash

  private static let consistentHash: ObjectForm<ConsistentHash> = {
    let cookie = ObjectForm(
      "HTTPCookie",
      start: ConsistentHash.Cookie(name: ""),
      [
        .required("name", \.name, .string),
        .optional("path", \.path, .string),
        .optional("ttl", \.ttl, .duration),
        .several("attributes", \.attributes, .list(.object(cookieAttribute))),
      ]
    )
    let size = ValueForm<UInt64>.integer()
    let ring = ObjectForm(
      "RingHash",
      start: TableSize(),
      [.optional("minimumRingSize", \.size, size)]
    )
    let maglev = ObjectForm("MagLev", start: TableSize(), [.optional("tableSize", \.size, size)])
    return ObjectForm(
      "ConsistentHashLB",
      start: ConsistentHash(key: .header("")),
      exclusive: [hashKeys, ["ringHash", "maglev", "minimumRingSize"]],
      needed: [hashKeys],
      [
        .optional("httpHeaderName", \.headerName, .string),
        .optional("httpCookie", \.cookie, .object(cookie)),
        .optional("useSourceIp", \.usesSourceIP, .boolean).reading { field, hash, notes in
          guard hash.usesSourceIP == nil else { return }
          let message = "useSourceIp is false, so there is no key; want true, or another key"
          notes.add(.error, .valueInvalid, field.value.mark, message)
        },
        .optional("httpQueryParameterName", \.queryParameterName, .string),
        .old("minimumRingSize", size) { $1.table = .ring(minimumSize: $0) },
        .optional("ringHash", \.ring, .object(ring)),
        .optional("maglev", \.maglev, .object(maglev)),
      ]
    )
  }()

  private static let hashKeys = [
    "httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName",
  ]

  private static let cookieAttribute = ObjectForm(
    "HTTPCookieAttribute",
    start: HeaderField(name: "", value: ""),
    [.required("name", \.name, .string), .always("value", \.value, .string)]
  )

  // MARK: Localities

  private static let localityLoadBalancing: ObjectForm<LocalityLoadBalancing> = {
    let distribute = ObjectForm(
      "Distribute",
      start: LocalityLoadBalancing.Distribution(from: "", to: []),
      [
        .always("from", \.from, .string),
        .several(
          "to",
          \.to,
          .orderedMap(
            ValueForm<UInt32>.percent,
            to: { LocalityLoadBalancing.Share(locality: $0, percent: $1) },
            from: { ($0.locality, $0.percent) }
          )
        ),
      ]
    )
    let failover = ObjectForm(
      "Failover",
      start: LocalityLoadBalancing.Failover(from: "", to: ""),
      [.always("from", \.from, .string), .always("to", \.to, .string)]
    )
    return ObjectForm(
      "LocalityLoadBalancerSetting",
      start: LocalityLoadBalancing(),
      [
        .several("distribute", \.distribute, .list(.object(distribute))),
        .several("failover", \.failover, .list(.object(failover))),
        .several("failoverPriority", \.failoverPriority, .strings),
        .optional("enabled", \.isEnabled, .boolean),
      ]
    )
  }()
}

/// The one field of Istio's RingHash and MagLev.
private struct TableSize: Sendable {
  var size: UInt64?
}

extension LoadBalancer {
  fileprivate var simple: Simple? {
    get { if case .simple(let simple) = algorithm { simple } else { nil } }
    set { algorithm = newValue.map(Algorithm.simple) }
  }

  fileprivate var consistentHash: ConsistentHash? {
    get { if case .consistentHash(let hash) = algorithm { hash } else { nil } }
    set { algorithm = newValue.map(Algorithm.consistentHash) }
  }

  fileprivate var oldWarmup: Duration? {
    get { warmup.flatMap { $0.isOldForm ? $0.duration : nil } }
    set { warmup = newValue.map { Warmup(duration: $0, isOldForm: true) } }
  }

  fileprivate var newWarmup: Warmup? {
    get { warmup.flatMap { $0.isOldForm ? nil : $0 } }
    set { warmup = newValue }
  }
}

extension ConsistentHash {
  fileprivate var headerName: String? {
    get { if case .header(let name) = key { name } else { nil } }
    set { if let newValue { key = .header(newValue) } }
  }

  fileprivate var cookie: Cookie? {
    get { if case .cookie(let cookie) = key { cookie } else { nil } }
    set { if let newValue { key = .cookie(newValue) } }
  }

  fileprivate var usesSourceIP: Bool? {
    get { if case .sourceIP = key { true } else { nil } }
    set { if newValue == true { key = .sourceIP } }
  }

  fileprivate var queryParameterName: String? {
    get { if case .queryParameter(let name) = key { name } else { nil } }
    set { if let newValue { key = .queryParameter(newValue) } }
  }

  fileprivate var ring: TableSize? {
    get { if case .ring(let size) = table { TableSize(size: size) } else { nil } }
    set { if let newValue { table = .ring(minimumSize: newValue.size) } }
  }

  fileprivate var maglev: TableSize? {
    get { if case .maglev(let size) = table { TableSize(size: size) } else { nil } }
    set { if let newValue { table = .maglev(size: newValue.size) } }
  }
}
