internal import Synchronization

/// The address that is listened on, for those who ask before it is known.
final class BoundAddress: Sendable {
  private typealias Outcome = Result<DebugServer.Address, DebugServerError>

  private let outcome = Mutex<Outcome?>(nil)
  private let settled = AsyncStream.makeStream(of: Never.self)

  /// The address, as soon as it is bound.
  ///
  /// - Throws: Why there is none; code `stopped` where the server ended or the caller was cancelled.
  var value: DebugServer.Address {
    get async throws(DebugServerError) {
      for await _ in settled.stream {}
      return try (outcome.withLock { $0 } ?? .failure(.stopped)).get()
    }
  }

  func settle(_ result: Result<DebugServer.Address, DebugServerError>) {
    outcome.withLock { $0 = result }
    settled.continuation.finish()
  }
}
