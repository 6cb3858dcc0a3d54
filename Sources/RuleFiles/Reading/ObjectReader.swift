import MeshModel

/// Reads an object whose shape is right.
struct ObjectReader {
  private(set) var notes: ReadingNotes

  private let metadataNode: YAMLNode
  private let spec: YAMLNode
  private var metadata: ObjectMetadata

  init(_ root: YAMLNode, file: String) {
    let nothing = YAMLNode(content: .object([]), mark: root.mark)
    metadataNode = root["metadata"] ?? nothing
    spec = root["spec"] ?? nothing
    var metadataNotes = ReadingNotes(file: file, namespace: "")
    metadata = Forms.metadata.read(metadataNode, &metadataNotes)
    notes = ReadingNotes(file: file, namespace: metadata.namespace)
  }

  /// The object; nil where it can't be, which a finding tells.
  mutating func object(_ kind: MeshObjectKind) -> MeshObject? {
    if metadata.name.isEmpty || metadata.namespace.isEmpty {
      let message = "the object's name or namespace is empty; want both"
      notes.add(.error, .valueInvalid, metadataNode.mark, message)
      return nil
    }
    let object: MeshObject =
      switch kind {
      case .virtualService: .virtualService(virtualService())
      case .destinationRule: .destinationRule(destinationRule())
      case .serviceEntry: .serviceEntry(serviceEntry())
      case .workloadEntry: .workloadEntry(workloadEntry())
      }
    return notes.findings.contains { $0.severity == .error } ? nil : object
  }

  private mutating func virtualService() -> VirtualService {
    var service = Forms.virtualService.read(spec, &notes)
    service.name = metadata.resourceName
    service.kept.labels = metadata.labels
    service.kept.annotations = metadata.annotations
    return service
  }

  private mutating func destinationRule() -> DestinationRule {
    var rule = Forms.destinationRule.read(spec, &notes)
    rule.name = metadata.resourceName
    rule.kept.labels = metadata.labels
    rule.kept.annotations = metadata.annotations
    return rule
  }

  private mutating func serviceEntry() -> ServiceEntry {
    var entry = Forms.serviceEntry.read(spec, &notes)
    entry.name = metadata.resourceName
    entry.kept.labels = metadata.labels
    entry.kept.annotations = metadata.annotations
    checkResolution(of: entry)
    return entry
  }

  private mutating func checkResolution(of entry: ServiceEntry) {
    let node = spec["resolution"]
    switch entry.resolution {
    case .static:
      for endpoint in spec["endpoints"]?.elements ?? [] {
        guard let address = endpoint["address"], let text = address.string,
          !IPAddressText.isIPAddress(text)
        else { continue }
        let message =
          "address is \(ShownText.quoted(text)); want an IP address, since gRPC and Envoy refuse "
          + "names in endpoints"
        notes.add(.error, .valueInvalid, address.mark, message)
      }
    case .none, .dns, .dnsRoundRobin, .dynamicDNS:
      let found = node == nil ? "not given, which means NONE" : entry.resolution.rawValue
      notes.add(
        .warning,
        .notApplied,
        node?.mark ?? spec.mark,
        "not applied: resolution is \(found); want STATIC, and endpoints with IP addresses"
      )
    }
  }

  /// Labels of the metadata are labels of the endpoint too, and win over those of its own; so does
  /// what the metadata says of its health.
  private mutating func workloadEntry() -> WorkloadEntry {
    var endpoint = Forms.workloadEntry.read(spec, &notes)
    let key = WorkloadEntry.healthKey
    for part in ["labels", "annotations"] {
      guard let node = metadataNode[part]?[key] else { continue }
      notes.checkHealth(node)
      endpoint.health = node.string.flatMap(Workload.Health.init) ?? .healthy
    }
    metadata.labels[key] = nil
    metadata.annotations[key] = nil
    endpoint.labels.merge(metadata.labels) { $1 }
    return WorkloadEntry(name: metadata.resourceName, endpoint: endpoint, kept: metadata.kept)
  }
}
