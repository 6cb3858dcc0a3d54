internal import Synchronization

/// Lets so many in at a time; the others wait in order.
final class CheckGate: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(limit: Int) {
    state = Mutex(State(free: limit))
  }

  /// Runs the body once there is room.
  ///
  /// A wait can't be cancelled, but those inside can, and make room.
  func pass<Result: Sendable>(_ body: () async -> Result) async -> Result {
    await enter()
    let result = await body()
    leave()
    return result
  }

  private func enter() async {
    await withCheckedContinuation { continuation in
      let isIn = state.withLock { state in
        guard state.free == 0 else {
          state.free -= 1
          return true
        }
        state.waiting.append(continuation)
        return false
      }
      if isIn { continuation.resume() }
    }
  }

  private func leave() {
    let next: CheckedContinuation<Void, Never>? = state.withLock { state in
      guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
      state.free += 1
      return nil
    }
    next?.resume()
  }
}
