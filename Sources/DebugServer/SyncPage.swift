internal import MeshModel
internal import XDSCore

/// The page `/debug/syncz`: what each client was sent and accepted, by type.
func syncPage(of clients: [ClientStatus]) -> JSONValue {
  .array(clients.map(syncEntry))
}

private func syncEntry(_ client: ClientStatus) -> JSONValue {
  var entry: [String: JSONValue] = [
    "proxy": .string(client.node.id),
    "cluster_id": .string(client.node.metadata["CLUSTER_ID"] ?? ""),
    "proxy_version": .string(client.node.userAgentVersion),
    "proxy_type": .string(client.profile.rawValue),
    "variant": .string(client.variant.rawValue),
    "address": .string(client.peer.address),
    "connected_at": .string(UTCText.text(of: client.connectedAt)),
  ]
  for type in ResourceType.allCases {
    let status = client.types[type] ?? ServerTypeStatus()
    entry["\(type.syncName)_sent"] = .string(status.sentVersion?.description ?? "")
    entry["\(type.syncName)_acked"] = .string(status.ackedVersion?.description ?? "")
    entry["\(type.syncName)_status"] = .string(status.syncWord)
    if let reason = status.nackReason { entry["\(type.syncName)_error"] = .string(reason) }
  }
  return .object(entry)
}

extension ResourceType {
  /// How istiod's page calls the type.
  fileprivate var syncName: String {
    switch self {
    case .cluster: "cluster"
    case .endpoints: "endpoint"
    case .listener: "listener"
    case .routeConfiguration: "route"
    }
  }
}

extension ServerTypeStatus {
  /// Where the client stands, in CSDS's words.
  var syncWord: String {
    if nackReason != nil { return "ERROR" }
    guard sentVersion != nil else { return "NOT_SENT" }
    return isPending ? "STALE" : "SYNCED"
  }
}
