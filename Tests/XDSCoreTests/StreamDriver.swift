import MeshModel

@testable import XDSCore

/// A client of one ``ServerStream`` that says exactly what a test wants.
struct StreamDriver {
  var stream: ServerStream
  var set: SnapshotSet
  /// The nonce of the newest response of each type.
  private var nonces: [ResourceType: String] = [:]
  private var versions: [ResourceType: String] = [:]

  init(_ mesh: Mesh, routesAwaitEndpoints: Bool? = nil) {
    stream = ServerStream(
      peer: ClientPeer(address: "127.0.0.1:9"),
      routesAwaitEndpoints: routesAwaitEndpoints
    )
    set = SnapshotSet(mesh)
  }

  mutating func send(
    _ type: ResourceType,
    _ names: [String],
    nonce: String = "",
    version: String = "",
    error: String? = nil,
    node: Node? = Node(id: "client")
  ) -> [ServerAction] {
    note(
      stream.receive(
        DiscoveryRequest(
          typeURL: type.typeURL,
          versionInfo: version,
          node: node,
          resourceNames: names,
          responseNonce: nonce,
          errorDetail: error
        ),
        snapshot: set,
        time: .zero
      )
    )
  }

  /// Answers the newest response of the type.
  mutating func ack(_ type: ResourceType, _ names: [String]) -> [ServerAction] {
    send(type, names, nonce: nonces[type] ?? "", version: versions[type] ?? "")
  }

  mutating func nack(_ type: ResourceType, _ names: [String], _ reason: String) -> [ServerAction] {
    send(type, names, nonce: nonces[type] ?? "", error: reason)
  }

  mutating func publish(_ mesh: Mesh) -> [ServerAction] {
    set = set.next(mesh)
    return note(stream.publish(set, time: .zero))
  }

  /// Subscribes as a gRPC client does, and accepts everything.
  mutating func settle(
    _ clusters: [String] = [greeterCluster("v1"), greeterCluster("v2")]
  ) {
    for (type, names) in [
      (ResourceType.listener, [greeterTarget]), (.routeConfiguration, [greeterRoutes]),
      (.cluster, clusters), (.endpoints, clusters),
    ] {
      _ = send(type, names)
      _ = ack(type, names)
    }
  }

  private mutating func note(_ actions: [ServerAction]) -> [ServerAction] {
    for response in actions.responses {
      nonces[response.type] = response.nonce
      versions[response.type] = response.version.description
    }
    return actions
  }
}

extension [ServerAction] {
  var responses: [ServerResponse] {
    compactMap { if case .send(let response) = $0 { response } else { nil } }
  }

  var events: [ClientEvent.Kind] {
    compactMap { if case .event(let kind) = $0 { kind } else { nil } }
  }

  /// What was sent, in order: `CDS`, `EDS` and so on.
  var sent: [String] { responses.map(\.type.shortName) }

  /// The names of the resources sent of a type.
  func names(_ type: ResourceType) -> [String]? {
    responses.last { $0.type == type }?.resources.map(\.name)
  }
}
