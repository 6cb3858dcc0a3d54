import MeshPicture
import Synchronization
import TestSupport

/// One who watches an engine's pictures until told otherwise.
final class Viewer: Sendable {
  let pictures = Recorder<MeshPicture>()
  private let requests: AsyncStream<PictureRequest>.Continuation
  private let outcome = Mutex<Result<Void, any Error>?>(nil)

  init(of engine: any EngineOperations, filter: String = "") {
    let (views, requests) = AsyncStream.makeStream(of: PictureRequest.self)
    self.requests = requests
    requests.yield(PictureRequest(callFilter: filter))
    let stream = engine.pictures(views)
    Task {
      do {
        for try await picture in stream { pictures.record(picture) }
        outcome.withLock { $0 = .success(()) }
      } catch {
        outcome.withLock { $0 = .failure(error) }
      }
    }
  }

  func ask(for filter: String) {
    requests.yield(PictureRequest(callFilter: filter))
  }

  func leave() {
    requests.finish()
  }

  /// Waits until the newest picture is as wished.
  func sees(_ what: String, _ isMet: (MeshPicture) -> Bool) async throws {
    try await until(what) { pictures.all.last.map(isMet) ?? false }
  }

  /// Waits until the pictures end; returns why, where it was an error.
  func end() async throws -> (any Error)? {
    try await found("the end of the pictures") { () -> Result<Void, any Error>? in
      outcome.withLock { $0 }
    }.failure
  }
}

extension Result {
  fileprivate var failure: Failure? {
    switch self {
    case .success: nil
    case .failure(let error): error
    }
  }
}
