internal import MeshModel
internal import XDSCore
internal import XDSWire

/// The page `/debug/config_dump`, in the shape of Envoy's: all that one client is served now, with
/// the versions that it was sent and how it answered.
///
/// - Parameters:
///   - streams: The client's streams.
///   - snapshots: What is published.
/// - Returns: The page.
func configDumpPage(
  of streams: [ClientStatus],
  snapshots: SnapshotSet
) -> JSONValue {
  let dumps = streams.map { ClientDump($0, snapshots[$0.profile]) }
  let sections = ResourceType.allCases.map { type in
    JSONValue.object([
      "@type": .string("type.googleapis.com/envoy.admin.v3.\(type.dumpName)"),
      type.dumpField: .array(dumps.flatMap { $0.entries(of: type) }),
    ])
  }
  return ["configs": .array(sections)]
}

/// What one stream's client is served.
private struct ClientDump {
  private struct Key: Hashable {
    let type: ResourceType
    let name: String
  }

  private let client: ClientStatus
  private let snapshot: Snapshot
  private let known: [Key: ClientStatus.ResourceEntry]

  init(_ client: ClientStatus, _ snapshot: Snapshot) {
    self.client = client
    self.snapshot = snapshot
    let pairs = client.resources.map { (Key(type: $0.type, name: $0.name), $0) }
    known = Dictionary(pairs) { _, last in last }
  }

  func entries(of type: ResourceType) -> [JSONValue] {
    guard let status = client.types[type], status.isSubscribed else { return [] }
    let all = status.isWildcard ? snapshot.names(of: type) : []
    let names = Set(all).union(status.names).subtracting(["*", ""])
    return names.sorted().compactMap { name in
      snapshot.answer(type, named: name).map { entry($0, status) }
    }
  }

  private func entry(_ resource: Resource, _ status: ServerTypeStatus) -> JSONValue {
    let (type, name) = (resource.type, resource.name)
    let known = known[Key(type: type, name: name)]
    let version = known?.version ?? status.sentVersion?.description ?? ""
    var entry: [String: JSONValue] = [
      "versionInfo": .string(version),
      "clientStatus": .string(clientStatus(known, status)),
      type.resourceField: content(of: resource),
    ]
    if case .nacked(let reason) = known?.state {
      entry["errorState"] = ["details": .string(reason)]
    }
    return type == .listener
      ? ["name": .string(name), "activeState": .object(entry)] : .object(entry)
  }

  private func content(of resource: Resource) -> JSONValue {
    do {
      return try JSONValue(parsing: json(of: resource, profile: client.profile))
    } catch {
      return ["name": .string(resource.name), "error": .string("can't be shown: \(error)")]
    }
  }

  /// In CSDS's words.
  private func clientStatus(
    _ entry: ClientStatus.ResourceEntry?,
    _ status: ServerTypeStatus
  ) -> String {
    switch entry?.state {
    case .requested, .pending: return "REQUESTED"
    case .acked: return "ACKED"
    case .nacked: return "NACKED"
    case .doesNotExist: return "DOES_NOT_EXIST"
    case nil: break
    }
    guard status.sentVersion != nil, !status.isPending else { return "REQUESTED" }
    return status.nackReason == nil ? "ACKED" : "NACKED"
  }
}

extension ResourceType {
  fileprivate var dumpName: String {
    switch self {
    case .cluster: "ClustersConfigDump"
    case .endpoints: "EndpointsConfigDump"
    case .listener: "ListenersConfigDump"
    case .routeConfiguration: "RoutesConfigDump"
    }
  }

  fileprivate var dumpField: String {
    switch self {
    case .cluster: "dynamicActiveClusters"
    case .endpoints: "dynamicEndpointConfigs"
    case .listener: "dynamicListeners"
    case .routeConfiguration: "dynamicRouteConfigs"
    }
  }

  fileprivate var resourceField: String {
    switch self {
    case .cluster: "cluster"
    case .endpoints: "endpointConfig"
    case .listener: "listener"
    case .routeConfiguration: "routeConfig"
    }
  }
}
