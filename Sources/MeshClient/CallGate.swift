import GRPCCore
import Synchronization

/// Counts the calls in flight, and lets no new one in once the transport is to end.
///
///     idle ──start──► running ──shut──► draining ──last call──► closed
final class CallGate: Sendable {
  fileprivate enum Phase {
    case idle, running, draining, closed
  }

  fileprivate struct State {
    var phase = Phase.idle
    var calls = 0
  }

  private let state = Mutex(State())
  private let onDrained: @Sendable () -> Void

  /// - Parameter onDrained: Called once, when the gate is shut and the last call has left.
  init(onDrained: @escaping @Sendable () -> Void) {
    self.onDrained = onDrained
  }

  func start() throws(RPCError) {
    try state.withLock { (state) throws(RPCError) in
      guard state.phase == .idle else {
        throw RPCError(
          code: .failedPrecondition,
          message: "The transport runs already, or is shut down."
        )
      }
      state.phase = .running
    }
  }

  /// Lets a call in: before the start too, as it then waits.
  func enter() throws(RPCError) {
    try state.withLock { (state) throws(RPCError) in
      switch state.phase {
      case .idle, .running:
        state.calls += 1
      case .draining, .closed:
        throw RPCError(code: .failedPrecondition, message: "The transport is shut down.")
      }
    }
  }

  /// Lets a call that is in be counted once more.
  func hold() {
    state.withLock { $0.calls += 1 }
  }

  func leave() {
    let isDrained = state.withLock { state in
      state.calls -= 1
      return state.drain()
    }
    if isDrained { onDrained() }
  }

  func shut() {
    let isDrained = state.withLock { state in
      switch state.phase {
      case .idle, .running:
        state.phase = .draining
        return state.drain()
      case .draining, .closed:
        return false
      }
    }
    if isDrained { onDrained() }
  }
}

extension CallGate.State {
  fileprivate mutating func drain() -> Bool {
    guard phase == .draining, calls == 0 else { return false }
    phase = .closed
    return true
  }
}
