package import MeshModel

/// The server's side of one discovery stream, state of the world or delta: pure, all types on one
/// stream, or a single one.
///
/// Each type has a channel of its own; this decides when they send. A change goes out in the order
/// that breaks no call (make before break):
///
/// ```
///  CDS (new and old clusters) ─► EDS ─► LDS ─► RDS ─── RDS accepted ──► CDS (new clusters only)
///  └─────── LDS and RDS wait until these are sent ┘
/// ```
/// - EDS never waits for CDS to be accepted: Envoy accepts clusters only after their endpoints.
/// - Where the profile says so, LDS and RDS also wait until new clusters and endpoints are accepted,
///   for a bounded time.
/// - A client that refuses RDS goes on by its old routes, so it keeps the old clusters.
/// - One that names its clusters (gRPC) drops old ones itself after its routes have moved; so from
///   what it asks for by name nothing is taken away, and the last step is for wildcards only.
/// - A client that returns on a new stream may still route to clusters that went meanwhile: it is told
///   of them, and of their last endpoints, until it has accepted RDS or never asked for it in time.
/// - A name that the mesh doesn't have is answered so that calls fail at once; but its endpoints are
///   left unsaid while newer routes are on their way, since those make them needless. A client of
///   wildcard clusters gets an answer all the same: it may wait for one before it accepts them.
/// - A response that is unanswered holds back newer content of its type, then the newest goes out;
///   nothing else delays anything.
/// - Envoy needs the endpoints of a changed cluster again. It asks for them in SotW, with whatever
///   nonce it has; on a delta stream it stays silent, so they follow the cluster unasked.
package struct ServerStream: Sendable {
  private let peer: ClientPeer
  private let variant: XDSVariant
  let only: ResourceType?
  private let profiles: ProfileRules
  var channels: [TypeChannel]
  var newest: Snapshot?
  var dubbo: DubboConduct?
  /// Since when routes wait for the client's answers.
  var routesHeldSince: MonotonicTime?
  /// Since when clusters that are gone wait for a client that returned to ask for its routes.
  var routesExpectedSince: MonotonicTime?
  /// When something that was put off is due.
  var due: MonotonicTime?
  private var announcedDue: MonotonicTime?
  private var isClosed = false

  /// The client; nil before its first request.
  package private(set) var node: Node?
  /// The encoding that the client gets; nil before its first request.
  package private(set) var profile: NodeProfile?

  /// - Parameters:
  ///   - peer: The client, as the transport knows it.
  ///   - variant: Which kind of requests the stream takes.
  ///   - only: The type of a service that doesn't aggregate; nil for ADS.
  ///   - profiles: How to tell the client's profile.
  package init(
    peer: ClientPeer,
    variant: XDSVariant = .stateOfTheWorld,
    only: ResourceType? = nil,
    profiles: ProfileRules = ProfileRules()
  ) {
    self.peer = peer
    self.variant = variant
    self.only = only
    self.profiles = profiles
    channels = ResourceType.allCases.map { TypeChannel($0, variant: variant) }
  }

  var isDelta: Bool { variant == .delta }

  /// Whether the client accepts clusters only when it has their endpoints, or may.
  var needsAllEndpoints: Bool {
    channels[ResourceType.cluster.rawValue].subscription.isWildcard || only == .endpoints
  }

  // MARK: Events

  /// Takes a request.
  ///
  /// - Parameters:
  ///   - request: As it came.
  ///   - snapshot: The newest one; where it is newer than that of the last ``publish(_:time:)``,
  ///     it is published first.
  ///   - time: The present.
  /// - Returns: What to do, in order.
  package mutating func receive(
    _ request: AnyRequest,
    snapshot: SnapshotSet,
    time: MonotonicTime
  ) -> [ServerAction] {
    guard !isClosed else { return [] }
    var actions: [ServerAction] = []
    let type = ResourceType(typeURL: request.typeURL)
    if let problem = problem(request, type) { return [close(problem)] }
    if node == nil, let node = request.node { identify(node, request, type, into: &actions) }
    push(snapshot, time: time, into: &actions)
    if let type { receive(request, of: type, time: time, into: &actions) }
    announceDue(into: &actions)
    return actions
  }

  /// Takes a new snapshot and sends what its client lacks.
  ///
  /// Costs a comparison a type where nothing changed, else a look-up for each name that changed.
  package mutating func publish(_ snapshot: SnapshotSet, time: MonotonicTime) -> [ServerAction] {
    guard !isClosed else { return [] }
    var actions: [ServerAction] = []
    push(snapshot, time: time, into: &actions)
    announceDue(into: &actions)
    return actions
  }

  /// Does what was put off until `time`; see ``ServerAction/wake(at:)``.
  package mutating func tick(_ time: MonotonicTime) -> [ServerAction] {
    guard !isClosed, let due, due <= time else { return [] }
    var actions: [ServerAction] = []
    sendWhatLacks(time: time, into: &actions)
    announceDue(into: &actions)
    return actions
  }

  // MARK: Status

  /// Where the client stands with each resource that it asks for or was sent, by type, then name.
  ///
  /// O(their number).
  package var resourceStatuses: [ClientStatus.ResourceEntry] {
    guard let view else { return [] }
    return channels.flatMap { $0.statuses(view) }
  }

  /// Where the client stands with a type.
  package func status(of type: ResourceType) -> ServerTypeStatus {
    ServerTypeStatus(channels[type.rawValue])
  }

  // MARK: Requests

  private func problem(_ request: AnyRequest, _ type: ResourceType?) -> String? {
    if node == nil, request.node?.id.isEmpty != false {
      return "the first request on a stream has no node.id; want one"
    }
    if request.variant != variant {
      return "the request is \(request.variant.rawValue); this stream is \(variant.rawValue)"
    }
    // A type that Weir doesn't have is met with silence on ADS: Envoy stops waiting by itself.
    if let only, type != only {
      return "the request is for \(request.typeURL); this service has only \(only.typeURL)"
    }
    return nil
  }

  private mutating func close(_ reason: String) -> ServerAction {
    isClosed = true
    return .close(reason: reason)
  }

  private mutating func identify(
    _ node: Node,
    _ request: AnyRequest,
    _ type: ResourceType?,
    into actions: inout [ServerAction]
  ) {
    let profile = profiles.profile(of: node, firstType: type, asksByName: request.asksByName)
    self.node = node
    self.profile = profile
    if profile == .dubbo { dubbo = DubboConduct(node, peer: peer) }
    actions.append(.event(.connected(node, profile, variant, peer: peer.address)))
  }

  private mutating func receive(
    _ request: AnyRequest,
    of type: ResourceType,
    time: MonotonicTime,
    into actions: inout [ServerAction]
  ) {
    guard let view, let profile else { return }
    let receipt: TypeChannel.Receipt
    switch request.usable(for: profile, type) {
    case .stateOfTheWorld(let request):
      receipt = channels[type.rawValue].receive(
        request,
        repeatsEndpoints: needsAllEndpoints,
        time: time
      )
    case .delta(let request):
      receipt = channels[type.rawValue].receive(request, view: view, time: time)
    }
    if receipt.isStale { actions.append(.ignoreStale(type, nonce: request.responseNonce)) }
    if receipt.isStale, receipt.change == .none, !channels[type.rawValue].isOwed { return }
    if let reply = receipt.reply { report(reply, of: type, into: &actions) }
    if receipt.change != .none {
      let count = channels[type.rawValue].subscription.count
      actions.append(.event(.subscribed(type, names: count)))
    }
    sendWhatLacks(time: time, into: &actions)
  }

  func report(
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

  // MARK: Snapshots

  /// What is to be told; nil before the first request.
  var view: ContentView? {
    newest.map { ContentView(snapshot: $0, overlay: dubbo?.overlay ?? StreamOverlay()) }
  }

  /// Whether a newer set has content that the client was not sent; cheap, and sends nothing.
  ///
  /// It may say so of content that then has to wait.
  package mutating func lacks(_ set: SnapshotSet) -> Bool {
    guard let profile, let view else { return true }
    let newer = ContentView(snapshot: set[profile], overlay: view.overlay)
    for index in channels.indices where !channels[index].subscription.isEmpty {
      if channels[index].lacks(newer) { return true }
    }
    return false
  }

  private mutating func push(
    _ set: SnapshotSet,
    time: MonotonicTime,
    into actions: inout [ServerAction]
  ) {
    guard let profile else { return }
    let snapshot = set[profile]
    if let newest, newest.storage.serial >= snapshot.storage.serial { return }
    if only == .endpoints, let newest { noteClusters(from: newest, to: snapshot) }
    newest = snapshot
    actions.reserveCapacity(8)
    sendWhatLacks(time: time, into: &actions)
  }

  /// Notes what another stream tells of clusters; for a stream that is for endpoints only.
  private mutating func noteClusters(from old: Snapshot, to new: Snapshot) {
    let (old, new) = (old.storage[.cluster], new.storage[.cluster])
    if old.serial != new.serial {
      channels[ResourceType.endpoints.rawValue].isBehindClusters = true
    }
  }

  private mutating func announceDue(into actions: inout [ServerAction]) {
    if let due, due != announcedDue { actions.append(.wake(at: due)) }
    announcedDue = due
  }
}
