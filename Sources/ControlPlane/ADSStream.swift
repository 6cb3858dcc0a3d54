internal import MeshModel
internal import Synchronization
internal import XDSCore

/// One client's ADS stream: its protocol machine, and what waits for its writer.
///
/// ```
/// requests ── receive ─► ┌───────────────┐
///                        │ ServerStream  │ ── take ─► one writer, which performs the actions
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
    /// Encodes the actions' responses.
    let cache: ResponseCache
    /// Empty before the first request.
    let nodeID: String
  }

  enum Received: Sendable {
    case taken
    /// Much waits for the writer: wait until it ``take(at:)``s before the next request.
    case full
    /// Nothing was published for too many requests; end the stream.
    case refused
  }

  fileprivate struct State {
    var machine: ServerStream
    var publication: Publication?
    /// Whether the machine has yet to see `publication`.
    var isUnseen: Bool
    /// Requests that came before the first publication.
    var early: [DiscoveryRequest] = []
    var waiting: [ServerAction] = []
  }

  let id: StreamID
  private let limits: ControlPlane.Limits
  let wake: @Sendable () -> Void
  private let state: Mutex<State>

  /// Creates a stream; `wake` is called from any thread when the writer should look here, and must
  /// not block.
  init(
    id: StreamID,
    peer: String,
    publication: Publication?,
    limits: ControlPlane.Limits,
    wake: @escaping @Sendable () -> Void
  ) {
    self.id = id
    self.limits = limits
    self.wake = wake
    self.state = Mutex(
      State(
        machine: ServerStream(peer: ClientPeer(address: peer)),
        publication: publication,
        isUnseen: false
      )
    )
  }

  /// Takes a request, whose texts are bounded.
  func receive(_ request: DiscoveryRequest, at time: MonotonicTime) -> Received {
    let (result, hasWork): (Received, Bool) = state.withLock { state in
      guard let publication = state.publication else {
        guard state.early.count < limits.maxEarlyRequests else { return (.refused, false) }
        state.early.append(request)
        return (.taken, false)
      }
      state.receive(request, publication, at: time)
      let isFull = state.waiting.count >= limits.maxWaitingActions
      return (isFull ? .full : .taken, !state.waiting.isEmpty)
    }
    if hasWork { wake() }
    return result
  }

  /// Takes a publication, unless it already has a later one.
  func publish(_ publication: Publication) {
    let needsWake = state.withLock { state in
      if let current = state.publication, current.number >= publication.number { return false }
      state.publication = publication
      defer { state.isUnseen = true }
      return !state.isUnseen
    }
    if needsWake { wake() }
  }

  /// The work since the last call; nil where there is none.
  func take(at time: MonotonicTime) -> Batch? {
    state.withLock { state -> Batch? in
      guard let publication = state.publication else { return nil }
      state.catchUp(with: publication, at: time)
      guard !state.waiting.isEmpty else { return nil }
      defer { state.waiting = [] }
      return Batch(
        actions: state.waiting,
        cache: publication.cache,
        nodeID: state.machine.node?.id ?? ""
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
  fileprivate mutating func receive(
    _ request: DiscoveryRequest,
    _ publication: Publication,
    at time: MonotonicTime
  ) {
    catchUp(with: publication, at: time)
    waiting += machine.receive(request, snapshot: publication.snapshots, time: time)
  }

  /// Shows the machine the publication, and what came before the first one.
  fileprivate mutating func catchUp(with publication: Publication, at time: MonotonicTime) {
    guard isUnseen else { return }
    isUnseen = false
    waiting += machine.publish(publication.snapshots, time: time)
    for request in early {
      waiting += machine.receive(request, snapshot: publication.snapshots, time: time)
    }
    early = []
  }
}
