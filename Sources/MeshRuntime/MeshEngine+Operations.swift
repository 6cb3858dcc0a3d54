package import MeshModel
package import MeshPicture
import Synchronization
import XDSCore

extension MeshEngine: EngineOperations {
  package func identity() async throws -> EngineIdentity {
    let facilities = facilities.withLock { $0 }
    let (mesh, boot, revision, address) = state.withLock {
      ($0.meshName, $0.boot, $0.book.newest.number, $0.xdsAddress)
    }
    return EngineIdentity(
      version: facilities.version,
      mesh: mesh,
      processID: facilities.processID,
      started: started,
      boot: boot,
      revision: revision,
      xdsAddress: address,
      store: facilities.store
    )
  }

  package func pictures(
    _ views: AsyncStream<PictureRequest>
  ) -> AsyncThrowingStream<MeshPicture, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let feed = PictureFeed(engine: self, continuation)
      let task = Task { await feed.run(views) }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  package func inventory() async throws -> MeshInventory { inventory }

  package func calls(_ request: CallsRequest) -> AsyncThrowingStream<CallsBatch, any Error> {
    let feed = CallFeed(engine: self, request)
    return AsyncThrowingStream(unfolding: { try await feed.next() })
  }

  package func control(process id: String, _ action: ProcessAction) async throws {
    let control = facilities.withLock { $0.control }
    try await control(id, action)
  }
}

extension EngineError {
  /// What a viewer is told for whom there is no room.
  static let tooManyViewers = EngineError(
    .refused,
    "too many consoles and log readers watch this engine already"
  )
}
