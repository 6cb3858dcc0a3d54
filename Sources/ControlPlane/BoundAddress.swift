internal import Synchronization

/// The address that is listened on, for those who ask before it is known.
///
/// ```
/// pending(waiters) ── settle(.success) ─► settled(address) ── settle(.failure) ─► settled(error)
///        └─────────── settle(.failure) ─► settled(error)
/// ```
final class BoundAddress: Sendable {
  typealias Outcome = Result<ListenAddress, ControlPlaneError>
  private typealias Waiter = CheckedContinuation<Outcome, Never>

  private enum State {
    case pending([UInt64: Waiter], next: UInt64)
    case settled(Outcome)
  }

  private let state = Mutex(State.pending([:], next: 0))

  /// The address, as soon as it is bound.
  ///
  /// - Throws: Why there is none: it couldn't be bound, the control plane ended, or the caller was
  ///   cancelled (code `stopped`).
  var value: ListenAddress {
    get async throws(ControlPlaneError) {
      let id = takeNumber()
      return try await withTaskCancellationHandler {
        await withCheckedContinuation { waiter in
          if let outcome = add(waiter, id: id) { waiter.resume(returning: outcome) }
        }
      } onCancel: {
        remove(id)?.resume(returning: .failure(.stopped))
      }.get()
    }
  }

  func settle(_ outcome: Outcome) {
    let waiters: [UInt64: Waiter] = state.withLock { state in
      defer { state = .settled(outcome) }
      switch state {
      case .pending(let waiters, _): return waiters
      case .settled: return [:]
      }
    }
    for waiter in waiters.values { waiter.resume(returning: outcome) }
  }

  private func takeNumber() -> UInt64 {
    state.withLock { state in
      switch state {
      case .pending(let waiters, let next):
        state = .pending(waiters, next: next + 1)
        return next
      case .settled:
        return 0
      }
    }
  }

  /// Keeps the waiter, or returns what it should get at once.
  private func add(_ waiter: Waiter, id: UInt64) -> Outcome? {
    state.withLock { state in
      switch state {
      case .pending where Task.isCancelled:
        // Its cancellation handler has run already and found nothing.
        return .failure(.stopped)
      case .pending(var waiters, let next):
        waiters[id] = waiter
        state = .pending(waiters, next: next)
        return nil
      case .settled(let outcome):
        return outcome
      }
    }
  }

  private func remove(_ id: UInt64) -> Waiter? {
    state.withLock { state in
      switch state {
      case .pending(var waiters, let next):
        let waiter = waiters.removeValue(forKey: id)
        state = .pending(waiters, next: next)
        return waiter
      case .settled:
        return nil
      }
    }
  }
}
