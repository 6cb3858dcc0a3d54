import MeshModel

/// One resource type on one stream: what the client asked for, was sent, and answered.
///
/// ```
///          send                 ACK / NACK of the newest nonce
///  idle ─────────► pending ─────────────────────────────────────► settled(acked | nacked)
///                   ▲   │ send (names were added)                    │
///                   └───┘◄───────────────────────────────────────────┘ send
/// ```
/// A request with another nonce than the newest is stale and changes nothing; on a delta stream its
/// changes of the subscription count all the same, and so does a NACK of an earlier response. While a
/// response is pending, newer content waits for its answer; added names don't, up to a number.
struct TypeChannel: Sendable {
  struct Sent: Sendable {
    let nonce: String
    let version: ConfigVersion
    let time: MonotonicTime
    /// What it told; of delta streams only.
    let content: SentContent?
  }

  enum Reply: Hashable, Sendable {
    case acked
    case nacked(String)
  }

  private enum State: Sendable {
    /// Nothing was sent yet.
    case idle
    /// A response is out and unanswered; `earlier` are those before it, also unanswered.
    case pending(Sent, earlier: [Sent])
    /// The client answered the newest response.
    case settled(Sent, Reply)
  }

  /// What a request meant.
  struct Receipt: Hashable, Sendable {
    /// Whether it answered a response that is neither the newest nor unanswered.
    var isStale = false
    /// nil where it answered nothing.
    var reply: Reply?
    var change = Subscription.Change.none
  }

  /// How many responses may be unanswered; a client that adds names one by one waits from then on.
  private static let mostUnanswered = 16

  let type: ResourceType
  let variant: XDSVariant
  private(set) var subscription = Subscription()
  private(set) var ackedVersion: ConfigVersion?
  /// When the client last answered.
  private(set) var answerTime: MonotonicTime?
  /// The newest revision whose content was sent.
  private(set) var revision: UInt64 = 0
  /// Whether a response must go out even if the content is as sent.
  private(set) var isOwed = false
  /// Whether clusters were sent after the newest endpoints.
  var isBehindClusters = false
  /// Whether what is unanswered brings names that the client didn't have.
  private(set) var isIntroducing = false
  /// Whether the client ever asked for the type.
  private(set) var isKnown = false
  private var state = State.idle
  private(set) var held: HeldContent
  /// Why a response was refused whose content is still the newest.
  private(set) var refusal: String?

  init(_ type: ResourceType, variant: XDSVariant = .stateOfTheWorld) {
    self.type = type
    self.variant = variant
    held = HeldContent(type)
  }

  var sent: Sent? {
    switch state {
    case .idle: nil
    case .pending(let sent, _), .settled(let sent, _): sent
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

  /// Whether an owed response can go out now.
  var isOwedNow: Bool {
    guard isOwed, case .pending(_, let earlier) = state else { return isOwed }
    return earlier.count + 1 < Self.mostUnanswered
  }

  /// Whether nothing was said of a name because routes on their way may make it needless.
  var isWithholding: Bool { held.isWithholding }

  /// Whether the client still holds clusters that must go.
  var isStep: Bool { !held.kept.isEmpty }

  /// Whether the client came with what an earlier stream had brought.
  var hasReturned: Bool { held.hasReturned }

  /// How many those are.
  var keptCount: Int { held.kept.count }

  // MARK: State of the world

  /// Takes a request.
  ///
  /// - Parameters:
  ///   - request: As it came, but for names that may not be asked for.
  ///   - repeatsEndpoints: Whether the client may ask for endpoints again within an ACK.
  ///   - time: The present.
  /// - Returns: What it meant.
  mutating func receive(
    _ request: DiscoveryRequest,
    repeatsEndpoints: Bool,
    time: MonotonicTime
  ) -> Receipt {
    let before = sent
    // The nonce is looked at before the error: an old response's error says nothing of the newest.
    if let before, !request.responseNonce.isEmpty, request.responseNonce != before.nonce {
      return Receipt(isStale: true)
    }
    let reply = settle(request.responseNonce, request.errorDetail, time)
    let old = subscription
    let change = subscription.replace(
      with: request.resourceNames,
      allowsWildcard: type.isStateOfTheWorld
    )
    if change != .none { held.resubscribe(from: old, to: subscription) }
    if before == nil, !request.versionInfo.isEmpty { held.noteReturn(request.versionInfo) }
    // Envoy asks for endpoints again after each change of their cluster, perhaps within an ACK.
    let isRepeat = !request.responseNonce.isEmpty && (reply == nil || repeatsEndpoints)
    if before == nil || change == .widened
      || (isRepeat && isBehindClusters && change == .none && request.errorDetail == nil)
    {
      isOwed = true
    }
    isKnown = true
    return Receipt(reply: reply, change: change)
  }

  // MARK: Delta

  /// Takes a delta request.
  ///
  /// - Parameters:
  ///   - request: As it came, but for names that may not be asked for.
  ///   - view: The newest, to compare with what the client brings.
  ///   - time: The present.
  /// - Returns: What it meant.
  mutating func receive(
    _ request: DeltaDiscoveryRequest,
    view: ContentView,
    time: MonotonicTime
  ) -> Receipt {
    let isFirst = !isKnown
    isKnown = true
    let hadSent = sent != nil
    let reply = settle(request.responseNonce, request.errorDetail, time)
    let old = subscription
    let change = subscription.change(
      adding: request.subscribe,
      removing: request.unsubscribe,
      isFirst: isFirst,
      allowsWildcard: type.isStateOfTheWorld
    )
    if change != .none { held.resubscribe(from: old, to: subscription) }
    if isFirst { held.noteReturn(request.initialVersions, subscription, view) }
    let isRepeat = repeatNames(of: request, old, isFirst: isFirst)
    if isFirst || change == .widened || isRepeat { isOwed = true }
    let isStale =
      hadSent && reply == nil && !request.responseNonce.isEmpty && !knows(request.responseNonce)
    return Receipt(isStale: isStale, reply: reply, change: change)
  }

  /// Finds names that the client asks for though it did before, or that only its wildcard keeps.
  private mutating func repeatNames(
    of request: DeltaDiscoveryRequest,
    _ old: Subscription,
    isFirst: Bool
  ) -> Bool {
    let asksForAllAgain = !isFirst && old.isWildcard && request.subscribe.contains("*")
    if asksForAllAgain { held.repeatWildcard() }
    let again = request.subscribe.filter { old.index(of: $0) != nil }
    let isAny = held.repeatNames(again, subscription)
    guard subscription.isWildcard else { return isAny || asksForAllAgain }
    // The client may have dropped what it no longer names, so the wildcard tells it anew.
    let unnamed = request.unsubscribe.filter {
      old.index(of: $0) != nil && subscription.index(of: $0) == nil
    }
    held.repeatInWildcard(unnamed)
    return isAny || asksForAllAgain || !unnamed.isEmpty
  }

  private func knows(_ nonce: String) -> Bool {
    switch state {
    case .idle: false
    case .pending(let sent, let earlier):
      sent.nonce == nonce || earlier.contains { $0.nonce == nonce }
    case .settled(let sent, _): sent.nonce == nonce
    }
  }

  // MARK: Answers

  private mutating func settle(
    _ nonce: String,
    _ errorDetail: String?,
    _ time: MonotonicTime
  ) -> Reply? {
    guard case .pending(let sent, var earlier) = state, !nonce.isEmpty else { return nil }
    if nonce == sent.nonce {
      answerTime = time
      noteRefusal(errorDetail, sent)
      let reply: Reply = if let refusal { .nacked(refusal) } else { .acked }
      if reply == .acked { ackedVersion = sent.version }
      state = .settled(sent, reply)
      isIntroducing = false
      return reply
    }
    guard let index = earlier.firstIndex(where: { $0.nonce == nonce }) else { return nil }
    answerTime = time
    let answered = earlier[index]
    earlier.removeFirst(index + 1)
    state = .pending(sent, earlier: earlier)
    guard variant == .delta, let errorDetail else { return nil }
    noteRefusal(errorDetail, answered)
    return .nacked(errorDetail)
  }

  private mutating func noteRefusal(_ errorDetail: String?, _ sent: Sent) {
    guard let errorDetail else { return }
    refusal = errorDetail
    if let content = sent.content { held.noteRefusal(content) }
  }

  // MARK: Responses

  /// Whether the client lacks content that it was not sent; cheap where the type didn't change.
  mutating func lacks(_ view: ContentView) -> Bool {
    held.lacks(view, subscription)
  }

  /// The resources that a wildcard client holds and the snapshot lacks.
  func departures(_ view: ContentView) -> [HeldContent.Kept] {
    subscription.isWildcard ? held.departures(view) : []
  }

  /// Whether the client asks for the name, was told of it, and has accepted that.
  func hasAccepted(_ name: String) -> Bool { !isPending && held.has(name, subscription) }

  /// Notes that the client needs these again, or all, though it has them.
  mutating func repeatNames(_ names: [String]) {
    if held.repeatNames(names, subscription) { isOwed = true }
  }

  mutating func repeatAll() {
    guard !subscription.names.isEmpty, sent != nil else { return }
    held.repeatAll()
    isOwed = true
  }

  /// Notes that the stream's overlay changed.
  mutating func overlayChanged() { held.invalidate() }

  /// Notes that a response goes out, and makes it; the reply may come before the send returns.
  ///
  /// - Parameters:
  ///   - view: The newest.
  ///   - keeping: Departed clusters that are still needed.
  ///   - rules: How to speak of what isn't there.
  ///   - time: The present.
  /// - Returns: What to send.
  mutating func send(
    _ view: ContentView,
    keeping: [HeldContent.Kept],
    rules: SendingRules,
    time: MonotonicTime
  ) -> ServerResponse {
    let content = held.bringUpToDate(view, subscription, keeping: keeping, rules: rules)
    let response = ServerResponse(type, subscription, content, view, isDelta: rules.isDelta)
    let sent = Sent(
      nonce: response.nonce,
      version: response.version,
      time: time,
      content: rules.isDelta ? content : nil
    )
    switch state {
    case .pending(let last, let earlier): state = .pending(sent, earlier: earlier + [last])
    case .idle, .settled: state = .pending(sent, earlier: [])
    }
    isIntroducing = isIntroducing || content.isIntroducing
    revision = view.snapshot.revision
    refusal = nil
    isOwed = false
    isBehindClusters = false
    return response
  }

  /// Notes that what was sent is also the content of `revision`; returns the reply if that is news.
  mutating func advance(to revision: UInt64) -> Reply? {
    guard !isStep, self.revision < revision else { return nil }
    self.revision = revision
    return reply
  }
}
