internal import MeshModel
internal import XDSCore

/// The page `/debug/adsz`, in istiod's shape.
///
/// - Parameters:
///   - clients: Those that are connected.
///   - interfaces: What dubbo consumers must find besides: addresses by key. Each gets an entry after
///     the clients', so that it outweighs theirs.
/// - Returns: The page.
func clientPage(of clients: [ClientStatus], interfaces: [String: String]) -> JSONValue {
  let entries =
    clients.map(clientEntry)
    + interfaces.sorted { $0.key < $1.key }.map { interfaceEntry($0.key, $0.value) }
  return ["totalClients": .integer(Int64(entries.count)), "clients": .array(entries)]
}

private func clientEntry(_ client: ClientStatus) -> JSONValue {
  var metadata = client.node.metadata.mapValues { JSONValue.string($0) }
  metadata["LABELS"] = JSONValue(client.node.labels)
  var watches: [String: JSONValue] = [:]
  for (type, status) in client.types where status.isSubscribed {
    watches[type.typeURL] = JSONValue(status.isWildcard ? ["*"] : status.names)
  }
  return [
    "connectionId": .string("\(client.node.id)-\(client.stream.number)"),
    "connectedAt": .string(UTCText.text(of: client.connectedAt)),
    "address": .string(client.peer.address),
    "labels": JSONValue(client.node.labels),
    "metadata": .object(metadata),
    "locality": [:],
    "watches": .object(watches),
  ]
}

/// What a provider of the interface would show.
private func interfaceEntry(_ key: String, _ address: String) -> JSONValue {
  let text = (try? JSONValue([key: address]).line()) ?? ""
  let labels: JSONValue = ["DUBBO_GO": .string(text)]
  return [
    "connectionId": .string("weir~\(key)"),
    "address": "",
    "labels": [:],
    "metadata": ["CLUSTER_ID": "Kubernetes", "LABELS": labels],
    "locality": [:],
    "watches": [:],
  ]
}
