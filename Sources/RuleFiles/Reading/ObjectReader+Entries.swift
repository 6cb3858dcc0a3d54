package import MeshModel

extension WorkloadEntry {
  /// How a file says that an endpoint gets no calls: an annotation of a WorkloadEntry, or a label of
  /// it or of an endpoint of a ServiceEntry, with the value `healthy`, `unhealthy` or `draining`.
  ///
  /// `draining` gets no new calls and keeps those it has. The label is for Weir alone: it is none of
  /// the labels that subsets choose by.
  package static let healthKey = "weir.dev/health"
}

extension ObjectReader {
  // MARK: ServiceEntry

  mutating func serviceEntry() -> ServiceEntry {
    checkResolution()
    return ServiceEntry(
      name: name,
      hosts: spec["hosts"]?.strings ?? [],
      addresses: spec["addresses"]?.strings ?? [],
      ports: (spec["ports"]?.elements ?? []).compactMap(servicePort),
      location: spec["location"]?.string.flatMap(ServiceEntry.Location.init) ?? .meshExternal,
      endpoints: (spec["endpoints"]?.elements ?? []).map { endpoint($0, metadata: nil) },
      workloadSelector: spec["workloadSelector"]?["labels"]?.stringMap
    )
  }

  private mutating func checkResolution() {
    let node = spec["resolution"]
    let resolution = node?.string ?? "NONE"
    guard resolution != "STATIC" else { return }
    let reason =
      resolution == "NONE"
      ? "with NONE, its default, callers choose the address themselves"
      : "\(resolution) means names, which gRPC and Envoy refuse in endpoints"
    add(
      .error,
      .unsupported,
      node?.mark ?? spec.mark,
      "resolution is \(node == nil ? "not given" : resolution): \(reason); "
        + "want STATIC, and endpoints with IP addresses"
    )
  }

  private func servicePort(_ node: YAMLNode) -> ServiceEntry.Port? {
    guard let number = node["number"]?.port else { return nil }
    return ServiceEntry.Port(
      number: number,
      name: node["name"]?.string ?? "",
      protocolName: node["protocol"]?.string ?? "",
      targetPort: node["targetPort"]?.port
    )
  }

  // MARK: Endpoints

  mutating func workloadEntry() -> WorkloadEntry {
    WorkloadEntry(name: name, endpoint: endpoint(spec, metadata: metadata))
  }

  /// Labels of the metadata are labels of the endpoint too, and win over those of its own.
  private mutating func endpoint(_ node: YAMLNode, metadata: YAMLNode?) -> WorkloadEntry.Endpoint {
    var labels = node["labels"]?.stringMap ?? [:]
    labels.merge(metadata?["labels"]?.stringMap ?? [:]) { $1 }
    labels[WorkloadEntry.healthKey] = nil
    var ports: [String: UInt16] = [:]
    for field in node["ports"]?.fields ?? [] { ports[field.name] = field.value.port }
    return WorkloadEntry.Endpoint(
      address: node["address"]?.string ?? "",
      ports: ports,
      labels: labels,
      weight: max(1, node["weight"]?.count ?? 1),
      locality: locality(node["locality"]?.string ?? ""),
      health: health([metadata?["annotations"], metadata?["labels"], node["labels"]])
    )
  }

  private func locality(_ text: String) -> Locality {
    let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
      .map(String.init)
    return Locality(
      region: parts.first ?? "",
      zone: parts.count > 1 ? parts[1] : "",
      subZone: parts.count > 2 ? parts[2] : ""
    )
  }

  /// What the first of some maps says that says anything.
  private mutating func health(_ maps: [YAMLNode?]) -> Workload.Health {
    guard let node = maps.lazy.compactMap({ $0?[WorkloadEntry.healthKey] }).first else {
      return .healthy
    }
    let text = node.string ?? ""
    if let health = Workload.Health(rawValue: text) { return health }
    add(
      .error,
      .valueInvalid,
      node.mark,
      "\(WorkloadEntry.healthKey) is \(ShownText.quoted(text)); want healthy, unhealthy, draining",
      suggestion: NearestName.nearest(to: text, among: ["healthy", "unhealthy", "draining"])
    )
    return .healthy
  }
}
