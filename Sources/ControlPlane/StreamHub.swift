internal import MeshModel
internal import Synchronization
internal import XDSCore

/// All open ADS streams and what is published to them; knows nothing of the transport.
final class StreamHub: Sendable {
  /// What the hub is told with; the closures are called from any thread and must not block.
  struct Outlets: Sendable {
    let clock: @Sendable () -> MonotonicTime
    let onEvent: @Sendable (ClientEvent) -> Void
  }

  private struct State {
    var publication: Publication?
    var published: UInt64 = 0
    var opened: UInt64 = 0
    var isStopping = false
    var streams: [StreamID: ADSStream] = [:]
  }

  let limits: ControlPlane.Limits
  let outlets: Outlets
  private let encoder: ResponseEncoder
  private let state = Mutex(State())

  init(limits: ControlPlane.Limits, encoder: ResponseEncoder, outlets: Outlets) {
    self.limits = limits
    self.outlets = outlets
    self.encoder = encoder
  }

  var streamCount: Int { state.withLock { $0.streams.count } }

  /// Whether streams are to end.
  var isStopping: Bool { state.withLock { $0.isStopping } }

  /// Gives a new stream its number and the newest publication.
  ///
  /// - Throws: ``StreamEnd`` where there are too many, or the control plane is stopping.
  func open(peer: String, wake: @escaping @Sendable () -> Void) throws(StreamEnd) -> ADSStream {
    try state.withLock { state throws(StreamEnd) in
      if state.isStopping { throw .stopping }
      guard state.streams.count < limits.maxStreams else {
        throw .tooManyStreams(limits.maxStreams)
      }
      state.opened += 1
      let stream = ADSStream(
        id: StreamID(state.opened),
        peer: peer,
        publication: state.publication,
        limits: limits,
        wake: wake
      )
      state.streams[stream.id] = stream
      return stream
    }
  }

  /// Forgets a stream and tells of its end, where the client had said who it is.
  func close(_ stream: ADSStream, reason: String) {
    let wasOpen = state.withLock { $0.streams.removeValue(forKey: stream.id) != nil }
    guard wasOpen, let rest = stream.finish() else { return }
    for event in rest.events { emit(event, stream, rest.nodeID) }
    let reason = reason.prefix(utf8Bytes: limits.maxReasonBytes)
    emit(.disconnected(reason: reason), stream, rest.nodeID)
  }

  /// Wakes every stream's writer for a new snapshot set; an older one than the newest is ignored.
  ///
  /// Costs a lock and a wake a stream; encodes and writes nothing itself.
  func publish(_ snapshots: SnapshotSet) {
    let change: (Publication, [StreamID: ADSStream])? = state.withLock { state in
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
      return (publication, state.streams)
    }
    guard let (publication, streams) = change else { return }
    // Outside the lock: a wake may run its stream at once, and streams come and go meanwhile.
    for stream in streams.values { stream.publish(publication) }
  }

  /// Makes all streams end, and later ones end at once.
  func stop() {
    let streams = state.withLock { state in
      state.isStopping = true
      return state.streams
    }
    // Each one's writer finds out by ``isStopping``.
    for stream in streams.values { stream.wake() }
  }

  /// Writes what waits, in order, until nothing does.
  ///
  /// One task at a time may do this for a stream.
  ///
  /// - Parameters:
  ///   - stream: Whose work to do.
  ///   - connection: Where its responses go.
  ///   - onTaken: Called whenever the stream has room again for requests.
  /// - Throws: What `connection` throws, or the ``StreamEnd`` that the protocol asks for.
  func write(
    _ stream: ADSStream,
    to connection: some ADSConnection,
    onTaken: () -> Void
  ) async throws {
    if isStopping { throw StreamEnd.stopping }
    while let batch = stream.take(at: outlets.clock()) {
      onTaken()
      for action in batch.actions {
        switch action {
        case .send(let response):
          try await connection.send(batch.cache.encoded(response))
        case .event(let kind):
          emit(kind, stream, batch.nodeID)
        case .wake, .ignoreStale:
          break
        case .close(let reason):
          throw StreamEnd.protocolViolation(reason)
        }
      }
    }
  }

  private func emit(_ kind: ClientEvent.Kind, _ stream: ADSStream, _ nodeID: String) {
    outlets.onEvent(
      ClientEvent(time: outlets.clock(), stream: stream.id, nodeID: nodeID, kind: kind)
    )
  }
}

extension SnapshotSet {
  fileprivate func isNewer(than other: SnapshotSet) -> Bool {
    boot == other.boot && revision > other.revision
  }
}
