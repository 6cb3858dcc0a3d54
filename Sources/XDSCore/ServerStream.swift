package import MeshModel

/// The server's side of one ADS stream, state of the world: pure, all types on one stream.
///
/// Each type has a channel of its own; this decides when they send. A change goes out in the order
/// that breaks no call (make before break):
///
/// ```
///  CDS (new and old clusters) ─► EDS ─► LDS ─► RDS ─── RDS accepted ──► CDS (new clusters only)
///  └─────── LDS and RDS wait until these are sent ┘
/// ```
/// - EDS never waits for CDS to be accepted: Envoy accepts clusters only after their endpoints.
/// - A client that refuses RDS goes on by its old routes, so it keeps the old clusters.
/// - One that names its clusters (gRPC) drops old ones itself after its routes have moved; so from
///   what it asks for by name nothing is taken away, and the last step is for wildcards only.
/// - A name that the mesh doesn't have is answered so that calls fail at once; but its endpoints are
///   left unsaid while newer routes are on their way, since those make them needless.
/// - A response that is unanswered holds back newer content of its type, then the newest goes out;
///   nothing else delays anything.
package struct ServerStream: Sendable {
  private let peer: ClientPeer
  private let variant: XDSVariant
  private let profiles: ProfileRules
  private let routesAwaitEndpoints: Bool?
  private var channels = ResourceType.allCases.map(TypeChannel.init)
  private var newest: Snapshot?
  private var isClosed = false

  /// The client; nil before its first request.
  package private(set) var node: Node?
  /// The encoding that the client gets; nil before its first request.
  package private(set) var profile: NodeProfile?

  /// - Parameters:
  ///   - peer: The client, as the transport knows it.
  ///   - variant: Which kind of requests the stream takes.
  ///   - profiles: How to tell the client's profile.
  package init(
    peer: ClientPeer,
    variant: XDSVariant = .stateOfTheWorld,
    profiles: ProfileRules = ProfileRules()
  ) {
    self.init(peer: peer, variant: variant, profiles: profiles, routesAwaitEndpoints: nil)
  }

  /// - Parameters:
  ///   - peer: The client.
  ///   - routesAwaitEndpoints: Overrides that of the profile.
  init(
    peer: ClientPeer,
    variant: XDSVariant = .stateOfTheWorld,
    profiles: ProfileRules = ProfileRules(),
    routesAwaitEndpoints: Bool?
  ) {
    self.peer = peer
    self.variant = variant
    self.profiles = profiles
    self.routesAwaitEndpoints = routesAwaitEndpoints
  }

  /// Takes a request.
  ///
  /// - Parameters:
  ///   - request: As it came.
  ///   - snapshot: The newest one; where it is newer than that of the last ``publish(_:time:)``,
  ///     it is published first.
  ///   - time: The present.
  /// - Returns: What to do, in order.
  package mutating func receive(
    _ request: DiscoveryRequest,
    snapshot: SnapshotSet,
    time: MonotonicTime
  ) -> [ServerAction] {
    guard !isClosed else { return [] }
    var actions: [ServerAction] = []
    if let refusal = identify(request, into: &actions) { return [refusal] }
    push(snapshot, time: time, into: &actions)
    // A type that Weir doesn't have: silence; Envoy stops waiting by itself.
    guard let type = ResourceType(typeURL: request.typeURL), let newest else { return actions }

    switch channels[type.rawValue].receive(request, snapshot: newest) {
    case .stale:
      actions.append(.ignoreStale(type, nonce: request.responseNonce))
      return actions
    case .taken(let reply, let change):
      if let reply { report(reply, of: type, into: &actions) }
      if change != .none {
        let count = channels[type.rawValue].subscription.count
        actions.append(.event(.subscribed(type, names: count)))
      }
    }
    sendWhatLacks(newest, time: time, into: &actions)
    return actions
  }

  /// Takes a new snapshot and sends what its client lacks.
  ///
  /// Costs a comparison a type where nothing changed, else a look-up for each name asked for.
  package mutating func publish(_ snapshot: SnapshotSet, time: MonotonicTime) -> [ServerAction] {
    guard !isClosed else { return [] }
    var actions: [ServerAction] = []
    push(snapshot, time: time, into: &actions)
    return actions
  }

  /// Takes a delta request; for streams of that variant.
  ///
  /// Parameters and result as with the other kind.
  package mutating func receive(
    _ request: DeltaDiscoveryRequest,
    snapshot: SnapshotSet,
    time: MonotonicTime
  ) -> [ServerAction] {
    []
  }

  /// Does what was put off until `time`; see ``ServerAction/wake(at:)``.
  package mutating func tick(_ time: MonotonicTime) -> [ServerAction] { [] }

  /// Where the client stands with a type.
  package func status(of type: ResourceType) -> ServerTypeStatus {
    ServerTypeStatus(channels[type.rawValue])
  }

  // MARK: Requests

  private mutating func identify(
    _ request: DiscoveryRequest,
    into actions: inout [ServerAction]
  ) -> ServerAction? {
    guard node == nil else { return nil }
    guard let node = request.node, !node.id.isEmpty else {
      isClosed = true
      return .close(reason: "the first request on a stream has no node.id; want one")
    }
    let profile = profiles.profile(
      of: node,
      firstType: ResourceType(typeURL: request.typeURL),
      asksByName: !request.resourceNames.isEmpty
    )
    self.node = node
    self.profile = profile
    actions.append(.event(.connected(node, profile, variant, peer: peer.address)))
    return nil
  }

  private func report(
    _ reply: TypeChannel.Reply,
    of type: ResourceType,
    into actions: inout [ServerAction]
  ) {
    let revision = channels[type.rawValue].revision
    switch reply {
    case .acked where channels[type.rawValue].isStep: break
    case .acked: actions.append(.event(.acked(type, revision: revision)))
    case .nacked(let reason):
      actions.append(.event(.nacked(type, revision: revision, reason: reason)))
    }
  }

  // MARK: Responses

  private mutating func push(
    _ set: SnapshotSet,
    time: MonotonicTime,
    into actions: inout [ServerAction]
  ) {
    guard let profile else { return }
    let snapshot = set[profile]
    if let newest, newest.storage.serial >= snapshot.storage.serial { return }
    newest = snapshot
    actions.reserveCapacity(8)
    sendWhatLacks(snapshot, time: time, into: &actions)
  }

  private mutating func sendWhatLacks(
    _ snapshot: Snapshot,
    time: MonotonicTime,
    into actions: inout [ServerAction]
  ) {
    let awaitsAnswers = routesAwaitEndpoints ?? snapshot.profile.routesAwaitEndpoints
    var isBlocked = false
    for type in ResourceType.allCases where !channels[type.rawValue].subscription.isEmpty {
      let isRouting = type == .listener || type == .routeConfiguration
      if isRouting, isBlocked { continue }
      let wasSent = send(type, snapshot, time: time, into: &actions)
      isBlocked =
        isBlocked || !wasSent || (awaitsAnswers && channels[type.rawValue].isPending)
    }
  }

  /// Returns false if newer content has to wait for the client's answer.
  private mutating func send(
    _ type: ResourceType,
    _ snapshot: Snapshot,
    time: MonotonicTime,
    into actions: inout [ServerAction]
  ) -> Bool {
    let kept = keptClusters(type, snapshot)
    let isLacking =
      channels[type.rawValue].lacks(snapshot) || isStepDue(type, kept: kept)
      || (channels[type.rawValue].isWithholding && areRoutesInForce(snapshot))
    guard isLacking || channels[type.rawValue].isOwed else {
      if let reply = channels[type.rawValue].advance(to: snapshot.revision) {
        report(reply, of: type, into: &actions)
      }
      return true
    }
    guard channels[type.rawValue].isOwed || !channels[type.rawValue].isPending else { return false }
    let response = channels[type.rawValue].send(
      snapshot,
      kept: kept,
      areRoutesInForce: type != .endpoints || areRoutesInForce(snapshot),
      time: time
    )
    if type == .cluster { channels[ResourceType.endpoints.rawValue].isBehindClusters = true }
    actions.append(.send(response))
    actions.append(.event(.sent(type, revision: snapshot.revision)))
    return true
  }

  private mutating func keptClusters(_ type: ResourceType, _ snapshot: Snapshot) -> [Resource] {
    guard type == .cluster else { return [] }
    let kept = channels[type.rawValue].keptClusters(snapshot)
    return kept.isEmpty || areRoutesInForce(snapshot) ? [] : kept
  }

  /// Whether the clusters that were kept can go now.
  private func isStepDue(_ type: ResourceType, kept: [Resource]) -> Bool {
    kept.isEmpty && channels[type.rawValue].isStep
  }

  /// Whether the client routes by the newest content, or has no routes.
  private mutating func areRoutesInForce(_ snapshot: Snapshot) -> Bool {
    for type in [ResourceType.listener, .routeConfiguration] {
      let index = type.rawValue
      if channels[index].subscription.isEmpty { continue }
      if channels[index].isOwed || channels[index].reply != .acked { return false }
      if channels[index].lacks(snapshot) { return false }
    }
    return true
  }
}
