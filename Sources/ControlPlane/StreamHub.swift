internal import MeshModel
internal import Synchronization
internal import XDSCore

/// All open discovery streams and what is published to them; knows nothing of the transport.
final class StreamHub: Sendable {
  /// What the hub is told with; the closures are called from any thread and must not block.
  struct Outlets: Sendable {
    let clock: @Sendable () -> MonotonicTime
    let wallClock: @Sendable () -> Timestamp
    let onEvent: @Sendable (ClientEvent) -> Void
    let limitLog: LimitLog
  }

  /// The streams of one ``StreamGroup``.
  fileprivate struct Crew {
    let group: StreamGroup
    var streams: [StreamID: ADSStream] = [:]
    /// Whether a visit is on its way that will see the newest publication.
    var isAwaited = false
  }

  fileprivate struct State {
    var publication: Publication?
    var published: UInt64 = 0
    var opened: UInt64 = 0
    var streams: [StreamID: ADSStream] = [:]
    var crews: [ObjectIdentifier: Crew] = [:]
  }

  /// So many streams get a publication before their thread looks after its other work.
  private static let visitLength = 128

  let rules: StreamRules
  let outlets: Outlets
  private let encoder: ResponseEncoder
  private let state = Mutex(State())
  private let stopping = Atomic(false)

  init(rules: StreamRules, encoder: ResponseEncoder, outlets: Outlets) {
    self.rules = rules
    self.outlets = outlets
    self.encoder = encoder
  }

  var limits: ControlPlane.Limits { rules.limits }

  var streamCount: Int { state.withLock { $0.streams.count } }

  /// Whether streams are to end.
  var isStopping: Bool { stopping.load(ordering: .acquiring) }

  /// What was published last; nil before the first.
  var newest: SnapshotSet? { state.withLock { $0.publication?.snapshots } }

  /// How each client stands that has said who it is, in the order in which they came.
  var clientStatuses: [ClientStatus] {
    let streams = state.withLock { Array($0.streams.values) }
    return streams.sorted { $0.id.number < $1.id.number }.compactMap(\.status)
  }

  /// Gives a new stream its number and the newest publication.
  ///
  /// - Parameters:
  ///   - kind: What it serves.
  ///   - peer: The client.
  ///   - group: The thread that works for it; nil where `wake` may be called for each publication on
  ///     the thread of whoever publishes.
  ///   - wake: Called when the writer should look here: from any thread, and on the group's own for
  ///     a publication, where it should write at once.
  /// - Returns: The stream.
  /// - Throws: ``StreamEnd`` where there are too many, or the control plane is stopping.
  func open(
    _ kind: StreamKind = .aggregated,
    peer: ClientPeer,
    group: StreamGroup? = nil,
    wake: @escaping @Sendable () -> Void
  ) throws(StreamEnd) -> ADSStream {
    let connectedAt = outlets.wallClock()
    do {
      return try state.withLock { state throws(StreamEnd) in
        // Inside the lock, so that whoever stops finds every stream that was opened before.
        if isStopping { throw .stopping }
        guard state.streams.count < limits.maxStreams else {
          throw .tooManyStreams(limits.maxStreams)
        }
        state.opened += 1
        let stream = ADSStream(
          id: StreamID(state.opened),
          kind: kind,
          peer: peer,
          connectedAt: connectedAt,
          publication: state.publication,
          rules: rules,
          group: group?.id,
          wake: wake
        )
        state.streams[stream.id] = stream
        if let group {
          state.crews[group.id, default: Crew(group: group)].streams[stream.id] = stream
        }
        return stream
      }
    } catch {
      outlets.limitLog.note(error, by: peer.address)
      throw error
    }
  }

  /// Forgets a stream and tells of its end, where the client had said who it is.
  func close(_ stream: ADSStream, _ end: StreamEnd) {
    let wasOpen = state.withLock { state in
      if let group = stream.group { state.crews[group]?.streams[stream.id] = nil }
      return state.streams.removeValue(forKey: stream.id) != nil
    }
    guard wasOpen else { return }
    let rest = stream.finish()
    outlets.limitLog.note(end, by: rest?.nodeID ?? stream.peer.address)
    guard let rest else { return }
    for event in rest.events { emit(event, stream, rest.nodeID) }
    let reason = end.reason.prefix(utf8Bytes: limits.maxReasonBytes)
    emit(.disconnected(reason: reason), stream, rest.nodeID)
  }

  /// Makes a new snapshot set what every stream gets; an older one than the newest is ignored.
  ///
  /// Costs a call to each group's thread, whatever the number of streams; encodes and writes nothing
  /// itself.
  func publish(_ snapshots: SnapshotSet) {
    let change: (groups: [StreamGroup], lone: [ADSStream], Publication)? = state.withLock { state in
      if let current = state.publication?.snapshots, current.isNewer(than: snapshots) { return nil }
      state.published += 1
      let publication = Publication(
        number: state.published,
        snapshots: snapshots,
        cache: ResponseCache(
          encoder: encoder,
          maxResponses: limits.maxCachedResponses,
          maxBytes: limits.maxCachedBytes
        )
      )
      state.publication = publication
      let crewed = state.crews.values.reduce(0) { $0 + $1.streams.count }
      let lone =
        crewed == state.streams.count ? [] : state.streams.values.filter { $0.group == nil }
      return (state.groupsToVisit(), lone, publication)
    }
    guard let (groups, lone, publication) = change else { return }
    // Outside the lock: a wake may run its stream at once, and streams come and go meanwhile.
    for stream in lone where stream.publish(publication) { stream.wake() }
    for group in groups { group.execute { self.visit(group) } }
  }

  /// Gives a group's streams the newest publication; on the group's thread.
  private func visit(_ group: StreamGroup) {
    let (publication, streams) = state.withLock { state in
      state.crews[group.id]?.isAwaited = false
      return (
        state.publication, Array(state.crews[group.id, default: Crew(group: group)].streams.values)
      )
    }
    guard let publication else { return }
    var affected: [ADSStream] = []
    var others: [ADSStream] = []
    for stream in streams where stream.publish(publication) {
      if stream.lacks(publication) { affected.append(stream) } else { others.append(stream) }
    }
    // Those whose content changed come first; the others only note that theirs is that of a new
    // revision too.
    write(affected + others, from: 0, group)
  }

  private func write(_ streams: [ADSStream], from start: Int, _ group: StreamGroup) {
    let end = min(start + Self.visitLength, streams.count)
    for stream in streams[start..<end] { stream.wake() }
    guard end < streams.count else { return }
    group.execute { self.write(streams, from: end, group) }
  }

  /// Makes all streams end, and later ones end at once.
  func stop() {
    let streams = state.withLock { state in
      stopping.store(true, ordering: .releasing)
      return state.streams
    }
    // Each one's writer finds out by ``isStopping``.
    for stream in streams.values { stream.wake() }
  }

  /// Takes a request; the writer is to come after it.
  func receive(_ request: AnyRequest, from stream: ADSStream) -> ADSStream.Received {
    stream.receive(request, at: outlets.clock())
  }

  /// Does what was put off until now; the writer is to come after it.
  func tick(_ stream: ADSStream) { stream.tick(at: outlets.clock()) }

  /// Writes what waits, in order, until nothing does or the client doesn't keep up.
  ///
  /// One caller at a time may do this for a stream.
  ///
  /// - Throws: The ``StreamEnd`` that the protocol or a limit asks for.
  func write(_ stream: ADSStream, to connection: some ADSConnection) throws(StreamEnd) {
    if isStopping { throw .stopping }
    while connection.isWritable, let batch = stream.take(at: outlets.clock()) {
      for action in batch.actions { try perform(action, of: batch, stream, connection) }
      if let end = batch.end { throw end }
    }
  }

  private func perform(
    _ action: ServerAction,
    of batch: ADSStream.Batch,
    _ stream: ADSStream,
    _ connection: some ADSConnection
  ) throws(StreamEnd) {
    switch action {
    case .send(let response):
      guard let bytes = try? batch.cache?.encoded(response) else {
        throw .unencodable(response.type.shortName)
      }
      connection.send(bytes)
    case .event(let kind):
      emit(kind, stream, batch.nodeID)
    case .wake(let time):
      connection.wake(afterNanoseconds: time.nanoseconds(since: outlets.clock()))
    case .ignoreStale, .close:
      // Why a stream ends is told by its batch.
      break
    }
  }

  private func emit(_ kind: ClientEvent.Kind, _ stream: ADSStream, _ nodeID: String) {
    outlets.onEvent(
      ClientEvent(time: outlets.clock(), stream: stream.id, nodeID: nodeID, kind: kind)
    )
  }
}

extension StreamHub.State {
  /// The groups that have streams and await no visit yet; they await one from now on.
  fileprivate mutating func groupsToVisit() -> [StreamGroup] {
    var groups: [StreamGroup] = []
    for (id, crew) in crews where !crew.isAwaited && !crew.streams.isEmpty {
      crews[id]?.isAwaited = true
      groups.append(crew.group)
    }
    return groups
  }
}

extension SnapshotSet {
  fileprivate func isNewer(than other: SnapshotSet) -> Bool {
    boot == other.boot && revision > other.revision
  }
}
