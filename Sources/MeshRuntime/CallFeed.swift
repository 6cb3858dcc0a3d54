import MeshPicture
import Synchronization

/// Calls of the log for one reader, who is told how many it missed where it is too slow.
final class CallFeed: Sendable {
  private let engine: MeshEngine
  /// nil where there was no room for it.
  private let reader: CallViewerID?
  private let follows: Bool
  /// Something waits that was not there before.
  private let wakes: AsyncStream<Void>

  init(engine: MeshEngine, _ request: CallsRequest) {
    let (stream, wake) = AsyncStream.makeStream(
      of: Void.self,
      bufferingPolicy: .bufferingNewest(1)
    )
    self.engine = engine
    follows = request.follows
    wakes = stream
    reader = engine.state.withLock { $0.calls.openReader(request, wake: wake) }
  }

  deinit {
    if let reader { engine.state.withLock { $0.calls.close(reader) } }
  }

  /// Waits for the next calls; nil at the end, which is a follower's when its task is cancelled.
  func next() async throws -> CallsBatch? {
    guard let reader else { throw EngineError.tooManyViewers }
    while true {
      if let batch = engine.state.withLock({ $0.calls.take(for: reader) }) { return batch }
      guard follows, await isWoken() else { return nil }
    }
  }

  private func isWoken() async -> Bool {
    for await _ in wakes { return true }
    return false
  }
}
