internal import MeshModel
internal import Synchronization
internal import XDSCore

/// One client's discovery stream: its protocol machine, and what waits for its writer.
///
/// ```
/// requests ── receive ─► ┌───────────────┐
/// timer ────── tick ───► │ ServerStream  │ ── take ─► one writer, which performs the actions
/// hub ────── publish ──► └───────────────┘            in order
///              └─ wake ─────────────────────────────► (newest publication only)
/// ```
///
/// A publication is given to the machine only when the writer comes for more. So a client that is
/// slow to read costs one reference, and gets the newest state when it is back.
final class ADSStream: Sendable {
  /// Work for the writer, in order.
  struct Batch: Sendable {
    let actions: [ServerAction]
    /// Encodes the actions' responses; nil where there are none.
    let cache: ResponseCache?
    /// Empty before the first request.
    let nodeID: String
    /// Why the stream is to end after the actions; nil where it goes on.
    let end: StreamEnd?
  }

  enum Received: Sendable {
    case taken
    /// Much waits for the writer: wait until it ``take(at:)``s before the next request.
    case full
  }

  /// What is published; apart from the machine, so that whoever publishes never waits for a machine
  /// that has much to do.
  private struct Mailbox {
    var publication: Publication?
    /// Whether the machine has yet to see `publication`.
    var isUnseen = false
  }

  fileprivate struct State {
    var machine: ServerStream
    /// What the machine saw last.
    var publication: Publication?
    /// Requests that came before the first publication.
    var early: [AnyRequest] = []
    var waiting: [ServerAction] = []
    /// Set once; no request is taken after.
    var end: StreamEnd?
  }

  let id: StreamID
  let kind: StreamKind
  let peer: ClientPeer
  let connectedAt: Timestamp
  /// The thread that works for it; nil for any.
  let group: ObjectIdentifier?
  private let rules: StreamRules
  let wake: @Sendable () -> Void
  private let mailbox: Mutex<Mailbox>
  private let state: Mutex<State>

  /// Creates a stream; `wake` is called from any thread when the writer should look here, and must
  /// not block.
  init(
    id: StreamID,
    kind: StreamKind,
    peer: ClientPeer,
    connectedAt: Timestamp,
    publication: Publication?,
    rules: StreamRules,
    group: ObjectIdentifier? = nil,
    wake: @escaping @Sendable () -> Void
  ) {
    self.id = id
    self.kind = kind
    self.peer = peer
    self.connectedAt = connectedAt
    self.rules = rules
    self.group = group
    self.wake = wake
    self.state = Mutex(
      State(
        machine: ServerStream(
          peer: peer,
          variant: kind.variant,
          only: kind.only,
          profiles: rules.profiles
        ),
        publication: publication
      )
    )
    self.mailbox = Mutex(Mailbox(publication: publication))
  }

  /// Takes a request, whose texts are bounded; the writer is to come after it.
  func receive(_ request: AnyRequest, at time: MonotonicTime) -> Received {
    state.withLock { state in
      guard state.end == nil else { return .taken }
      state.catchUp(with: unseen(), peer, rules, at: time)
      guard let publication = state.publication else {
        if state.early.count < rules.limits.maxEarlyRequests {
          state.early.append(request)
        } else {
          state.end = .nothingPublished
        }
        return .taken
      }
      state.receive(request, publication, peer, rules, at: time)
      return state.waiting.count >= rules.limits.maxWaitingActions ? .full : .taken
    }
  }

  /// Takes a publication, unless it already has a later one; returns whether it must be woken.
  func publish(_ publication: Publication) -> Bool {
    mailbox.withLock { mailbox in
      if let current = mailbox.publication, current.number >= publication.number { return false }
      mailbox.publication = publication
      defer { mailbox.isUnseen = true }
      return !mailbox.isUnseen
    }
  }

  /// Whether a publication has content for the client that it lacks, as far as can be told at once;
  /// cheap, and never waits for a machine that has much to do.
  func lacks(_ publication: Publication) -> Bool {
    state.withLockIfAvailable { $0.machine.lacks(publication.snapshots) } ?? true
  }

  /// The publication that the machine has yet to see; nil where there is none.
  private func unseen() -> Publication? {
    mailbox.withLock { mailbox in
      defer { mailbox.isUnseen = false }
      return mailbox.isUnseen ? mailbox.publication : nil
    }
  }

  /// Does what was put off until `time`; the writer is to come after it.
  func tick(at time: MonotonicTime) {
    state.withLock { state in
      guard state.end == nil else { return }
      state.waiting += state.machine.tick(time)
    }
  }

  /// The work since the last call; nil where there is none.
  func take(at time: MonotonicTime) -> Batch? {
    state.withLock { state -> Batch? in
      if state.end == nil { state.catchUp(with: unseen(), peer, rules, at: time) }
      guard !state.waiting.isEmpty || state.end != nil else { return nil }
      defer { state.waiting = [] }
      return Batch(
        actions: state.waiting,
        cache: state.publication?.cache,
        nodeID: state.machine.node?.id ?? "",
        end: state.end
      )
    }
  }

  /// What the client did that nobody was told yet; nil where it never said who it is.
  func finish() -> (nodeID: String, events: [ClientEvent.Kind])? {
    state.withLock { state in
      guard let node = state.machine.node else { return nil }
      defer { state.waiting = [] }
      return (node.id, state.waiting.compactMap(\.clientsOwnEvent))
    }
  }

  /// How the client stands; nil before its first request.
  var status: ClientStatus? {
    state.withLock { state in
      guard let node = state.machine.node, let profile = state.machine.profile else { return nil }
      var types: [ResourceType: ServerTypeStatus] = [:]
      for type in ResourceType.allCases {
        let status = state.machine.status(of: type)
        if status.isSubscribed || status.sentVersion != nil { types[type] = status }
      }
      return ClientStatus(
        stream: id,
        node: node,
        profile: profile,
        variant: kind.variant,
        peer: peer,
        connectedAt: connectedAt,
        types: types,
        resources: state.machine.resourceStatuses
      )
    }
  }
}

extension ServerAction {
  /// The event, where it tells what the client did rather than what was to be sent to it.
  fileprivate var clientsOwnEvent: ClientEvent.Kind? {
    switch self {
    case .event(.sent), .send, .wake, .ignoreStale, .close: nil
    case .event(let kind): kind
    }
  }
}

extension ADSStream.State {
  /// Shows the machine the publication, and what came before the first one.
  fileprivate mutating func catchUp(
    with unseen: Publication?,
    _ peer: ClientPeer,
    _ rules: StreamRules,
    at time: MonotonicTime
  ) {
    guard let publication = unseen else { return }
    self.publication = publication
    waiting += machine.publish(publication.snapshots, time: time)
    for request in early { receive(request, publication, peer, rules, at: time) }
    early = []
  }

  fileprivate mutating func receive(
    _ request: AnyRequest,
    _ publication: Publication,
    _ peer: ClientPeer,
    _ rules: StreamRules,
    at time: MonotonicTime
  ) {
    guard end == nil else { return }
    if machine.node == nil, let node = request.node, !rules.allow(peer, toBe: node.id) {
      end = .notAllowed(nodeID: node.id, identities: peer.identities)
      return
    }
    let actions = machine.receive(request, snapshot: publication.snapshots, time: time)
    waiting += actions
    end = actions.lazy.compactMap { $0.end(rules.limits) }.first
  }
}

extension ServerAction {
  /// Why the stream has to end; nil where it goes on.
  fileprivate func end(_ limits: ControlPlane.Limits) -> StreamEnd? {
    switch self {
    case .close(let reason): .protocolViolation(reason)
    // A delta client's subscription grows request by request.
    case .event(.subscribed(_, let names)) where names ?? 0 > limits.maxNames:
      .tooManyNames(names ?? 0, limit: limits.maxNames)
    case .event, .send, .wake, .ignoreStale: nil
    }
  }
}
