import MeshModel

/// One resource type on one stream: what the client asked for, was sent, and answered.
///
/// ```
///          send                 ACK / NACK of the newest nonce
///  idle ─────────► pending ─────────────────────────────────────► settled(acked | nacked)
///                   ▲   │ send (names were added)                    │
///                   └───┘◄───────────────────────────────────────────┘ send
/// ```
/// A request with another nonce than the newest is stale and changes nothing. While a response is
/// pending, newer content waits for its answer; added names don't.
struct TypeChannel: Sendable {
  struct Sent: Sendable {
    let nonce: String
    let version: ConfigVersion
    let time: MonotonicTime
  }

  enum Reply: Hashable, Sendable {
    case acked
    case nacked(String)
  }

  private enum State: Sendable {
    /// Nothing was sent yet.
    case idle
    /// A response is out and unanswered.
    case pending(Sent)
    /// The client answered the newest response.
    case settled(Sent, Reply)
  }

  /// What a request meant.
  enum Receipt: Hashable, Sendable {
    case stale
    /// The reply is nil where it answered nothing.
    case taken(Reply?, Subscription.Change)
  }

  let type: ResourceType
  private(set) var subscription = Subscription()
  private(set) var ackedVersion: ConfigVersion?
  /// The newest revision whose content was sent.
  private(set) var revision: UInt64 = 0
  /// Whether what was sent holds clusters that must still go.
  private(set) var isStep = false
  /// Whether a response must go out even if the content is as sent.
  private(set) var isOwed = false
  /// Whether clusters were sent after the newest endpoints.
  var isBehindClusters = false
  private var state = State.idle
  private var held: HeldContent

  init(_ type: ResourceType) {
    self.type = type
    held = HeldContent(type)
  }

  var sent: Sent? {
    switch state {
    case .idle: nil
    case .pending(let sent), .settled(let sent, _): sent
    }
  }

  var isPending: Bool {
    switch state {
    case .pending: true
    case .idle, .settled: false
    }
  }

  var reply: Reply? {
    switch state {
    case .settled(_, let reply): reply
    case .idle, .pending: nil
    }
  }

  /// Whether nothing was said of a name because routes on their way may make it needless.
  var isWithholding: Bool { held.isWithholding }

  // MARK: Requests

  /// Takes a request; `snapshot` is the newest.
  mutating func receive(_ request: DiscoveryRequest, snapshot: Snapshot) -> Receipt {
    let before = sent
    // The nonce is looked at before the error: an old response's error says nothing of the newest.
    if let before, !request.responseNonce.isEmpty, request.responseNonce != before.nonce {
      return .stale
    }
    let reply = settle(request)
    let change = resubscribe(request, snapshot: snapshot)
    // Envoy asks for endpoints again after each change of their cluster.
    let isRepeat = before != nil && reply == nil && !request.responseNonce.isEmpty
    if before == nil || change == .widened || (isRepeat && change == .none && isBehindClusters) {
      isOwed = true
    }
    return .taken(reply, change)
  }

  private mutating func settle(_ request: DiscoveryRequest) -> Reply? {
    guard case .pending(let sent) = state, request.responseNonce == sent.nonce else { return nil }
    let reply: Reply = if let reason = request.errorDetail { .nacked(reason) } else { .acked }
    if reply == .acked { ackedVersion = sent.version }
    state = .settled(sent, reply)
    return reply
  }

  private mutating func resubscribe(
    _ request: DiscoveryRequest,
    snapshot: Snapshot
  ) -> Subscription.Change {
    let old = subscription
    let change = subscription.replace(
      with: request.resourceNames,
      allowsWildcard: type.isStateOfTheWorld
    )
    guard change != .none else { return change }
    held.resubscribe(
      from: old,
      to: subscription,
      snapshot: snapshot,
      isReturning: sent == nil && !request.versionInfo.isEmpty
    )
    return change
  }

  // MARK: Responses

  /// Whether the client lacks content that it was not sent; cheap where the type didn't change.
  mutating func lacks(_ snapshot: Snapshot) -> Bool {
    held.lacks(snapshot, subscription)
  }

  /// The clusters that a wildcard must keep until routes have moved away from them.
  func keptClusters(_ snapshot: Snapshot) -> [Resource] {
    held.keptClusters(snapshot, subscription)
  }

  /// Notes that a response goes out, and makes it; the reply may come before the send returns.
  ///
  /// - Parameters:
  ///   - snapshot: The newest.
  ///   - kept: Removed clusters that are still needed.
  ///   - areRoutesInForce: Whether the client's routes are the newest; of use to endpoints only.
  ///   - time: The present.
  /// - Returns: What to send.
  mutating func send(
    _ snapshot: Snapshot,
    kept: [Resource],
    areRoutesInForce: Bool,
    time: MonotonicTime
  ) -> ServerResponse {
    let omitted = held.bringUpToDate(
      snapshot,
      subscription,
      isStep: !kept.isEmpty,
      areRoutesInForce: areRoutesInForce
    )
    let table = snapshot.storage[type]
    let version = kept.isEmpty ? table.version : table.version.step
    let text = kept.isEmpty ? table.versionText : version.description
    var hash = subscription.hash
    for resource in kept { hash.combine(resource.name) }
    for name in omitted { hash.combine(name) }

    let nonce = "\(text)-\(hash.hexadecimal)"
    state = .pending(Sent(nonce: nonce, version: version, time: time))
    revision = snapshot.revision
    isStep = !kept.isEmpty
    isOwed = false
    isBehindClusters = false
    return ServerResponse(
      cacheKey: ServerResponse.Key(
        profile: snapshot.profile,
        type: type,
        nonce: nonce,
        isWildcard: subscription.isWildcard,
        names: subscription.names
      ),
      version: version,
      snapshot: snapshot,
      kept: kept,
      omitted: omitted
    )
  }

  /// Notes that what was sent is also the content of `revision`; returns the reply if that is news.
  mutating func advance(to revision: UInt64) -> Reply? {
    guard !isStep, self.revision < revision else { return nil }
    self.revision = revision
    return reply
  }
}

extension ConfigVersion {
  /// That of the step before this content, in which what must go is still there.
  fileprivate var step: ConfigVersion {
    ConfigVersion(boot: boot, revision: revision, phase: phase + 1)
  }
}
