import MeshModel

@testable import XDSCore

/// A client of one ``ServerStream`` that says exactly what a test wants.
struct StreamDriver {
  var stream: ServerStream
  var set: SnapshotSet
  var time = MonotonicTime.zero
  var node: Node? = Node(id: "client")
  /// The nonce of the newest response of each type.
  private var nonces: [ResourceType: String] = [:]
  private var versions: [ResourceType: String] = [:]

  init(
    _ mesh: Mesh,
    profile: NodeProfile = .grpc,
    variant: XDSVariant = .stateOfTheWorld,
    only: ResourceType? = nil,
    peer: ClientPeer = ClientPeer(address: "127.0.0.1:9")
  ) {
    stream = ServerStream(
      peer: peer,
      variant: variant,
      only: only,
      profiles: .always(profile)
    )
    set = SnapshotSet(mesh)
  }

  mutating func send(
    _ type: ResourceType,
    _ names: [String],
    nonce: String = "",
    version: String = "",
    error: String? = nil
  ) -> [ServerAction] {
    let request = DiscoveryRequest(
      typeURL: type.typeURL,
      versionInfo: version,
      node: node,
      resourceNames: names,
      responseNonce: nonce,
      errorDetail: error
    )
    return note(stream.receive(.stateOfTheWorld(request), snapshot: set, time: time))
  }

  /// Answers the newest response of the type.
  mutating func ack(_ type: ResourceType, _ names: [String]) -> [ServerAction] {
    send(type, names, nonce: nonces[type] ?? "", version: versions[type] ?? "")
  }

  mutating func nack(_ type: ResourceType, _ names: [String], _ reason: String) -> [ServerAction] {
    send(type, names, nonce: nonces[type] ?? "", error: reason)
  }

  /// A delta request.
  mutating func sendDelta(
    _ type: ResourceType,
    subscribe: [String] = [],
    unsubscribe: [String] = [],
    versions: [String: String] = [:],
    nonce: String = "",
    error: String? = nil
  ) -> [ServerAction] {
    let request = DeltaDiscoveryRequest(
      typeURL: type.typeURL,
      node: node,
      subscribe: subscribe,
      unsubscribe: unsubscribe,
      initialVersions: versions,
      responseNonce: nonce,
      errorDetail: error
    )
    return note(stream.receive(.delta(request), snapshot: set, time: time))
  }

  /// Answers the newest delta response of the type.
  mutating func ackDelta(_ type: ResourceType, error: String? = nil) -> [ServerAction] {
    sendDelta(type, nonce: nonces[type] ?? "", error: error)
  }

  /// Lets time pass, and the stream do what was put off.
  mutating func wait(milliseconds: UInt64) -> [ServerAction] {
    time = time.advanced(byNanoseconds: milliseconds * 1_000_000)
    return note(stream.tick(time))
  }

  mutating func publish(_ mesh: Mesh) -> [ServerAction] {
    set = set.next(mesh)
    return note(stream.publish(set, time: time))
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

extension [ServerAction] {
  /// Each delta response in short: `CDS +v1 +v2 -v3`; `-` stands for a cluster of the whole service.
  var deltas: [String] {
    responses.map { response in
      let added = response.deltaResources.map { "+\($0.name.shortened)" }
      let removed = response.removed.map { "-\($0.shortened)" }
      return ([response.type.shortName] + added + removed).joined(separator: " ")
    }
  }

  /// When the stream wants to be woken.
  var wake: MonotonicTime? {
    compactMap { if case .wake(let time) = $0 { time } else { nil } }.last
  }
}

/// The ports of the first endpoints that were sent of a cluster, in a SotW response.
func ports(_ actions: [ServerAction], _ name: String) -> [UInt16]? {
  for case .endpoints(let assignment) in actions.responses.flatMap(\.resources)
  where assignment.clusterName == name {
    return assignment.localities.flatMap(\.endpoints).map(\.port)
  }
  return nil
}

extension String {
  /// The subset of a cluster's name; another name as it is.
  fileprivate var shortened: String {
    let parts = split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return self }
    return parts[2].isEmpty ? "all" : String(parts[2])
  }
}

extension ProfileRules {
  /// All clients have the profile.
  static func always(_ profile: NodeProfile) -> ProfileRules {
    ProfileRules(overrides: [Override(nodeIDGlob: "*", profile: profile)])
  }
}
