import MeshPicture
import Synchronization

/// Makes one viewer's pictures: one at once for each of its requests, and then as often as it asks.
final class PictureFeed: Sendable {
  /// Nobody gets pictures more often.
  private static let shortestInterval = Duration.milliseconds(10)
  /// A request that changes the interval is noticed within this time.
  private static let longestSleep = Duration.milliseconds(100)

  private let engine: MeshEngine
  private let continuation: AsyncThrowingStream<MeshPicture, any Error>.Continuation
  private let request = Mutex<PictureRequest?>(nil)

  init(
    engine: MeshEngine,
    _ continuation: AsyncThrowingStream<MeshPicture, any Error>.Continuation
  ) {
    self.engine = engine
    self.continuation = continuation
  }

  /// Runs until the viewer's requests end, or it takes no more pictures.
  func run(_ views: AsyncStream<PictureRequest>) async {
    guard let viewer = engine.state.withLock({ $0.openCallView() }) else {
      return continuation.finish(throwing: EngineError.tooManyViewers)
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await request in views { self.take(request, viewer) } }
      group.addTask { await self.keepSending(to: viewer) }
      await group.next()
      group.cancelAll()
    }
    engine.state.withLock { $0.calls.close(viewer) }
    continuation.finish()
  }

  private func take(_ request: PictureRequest, _ viewer: CallViewerID) {
    engine.state.withLock { $0.setCallFilter(request.callFilter, of: viewer) }
    self.request.withLock { $0 = request }
    send(to: viewer)
  }

  private func keepSending(to viewer: CallViewerID) async {
    var waited = Duration.zero
    while true {
      let interval = request.withLock { $0?.interval } ?? Self.longestSleep
      let rest = max(Self.shortestInterval, interval) - waited
      guard rest > .zero else {
        send(to: viewer)
        waited = .zero
        continue
      }
      let pause = min(rest, Self.longestSleep)
      guard (try? await Task.sleep(for: pause)) != nil else { return }
      waited += pause
    }
  }

  private func send(to viewer: CallViewerID) {
    guard let limit = request.withLock({ $0?.callLimit }) else { return }
    continuation.yield(engine.picture(for: viewer, callLimit: limit))
  }
}
