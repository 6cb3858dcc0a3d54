import GRPCCore
import Synchronization
import TrafficEngine

/// Where calls stand: the configuration in force, and those who wait for a change of it.
final class CallRouter: Sendable {
  enum Source: Sendable {
    /// No configuration has come yet: calls wait.
    case pending
    case routing(Routing)
    /// There is none to be had, as the reason says.
    case failed(reason: String)
    case closed
  }

  /// What one call sees.
  struct View: Sendable {
    let source: Source
    /// Grows with every change.
    let generation: UInt64
    /// Random, for the call's own dice.
    let seed: UInt64
  }

  private struct State {
    var source = Source.pending
    /// Whether calls that would have to wait fail instead.
    var isClosing = false
    var generation: UInt64 = 0
    var dice: SplitMix64
    var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
    var nextWaiter: UInt64 = 0

    mutating func change() -> [CheckedContinuation<Void, Never>] {
      generation += 1
      defer { waiting = [:] }
      return Array(waiting.values)
    }
  }

  private let state: Mutex<State>

  init(seed: UInt64) {
    state = Mutex(State(dice: SplitMix64(seed: seed)))
  }

  func view() -> View {
    state.withLock { state in
      View(source: state.source, generation: state.generation, seed: state.dice.next())
    }
  }

  func publish(_ routing: Routing) { set(.routing(routing)) }

  func fail(reason: String) { set(.failed(reason: reason)) }

  /// Lets the calls that wait fail, and those that would have to.
  func stopWaiting() {
    let woken = state.withLock { state in
      state.isClosing = true
      return state.change()
    }
    for waiter in woken { waiter.resume() }
  }

  /// Lets all calls fail that have no endpoint yet.
  func close() {
    set(.closed)
    stopWaiting()
  }

  /// Wakes those who wait: an endpoint became reachable, or ceased to be.
  func endpointsChanged() {
    let woken = state.withLock { $0.waiting.isEmpty ? [] : $0.change() }
    for waiter in woken { waiter.resume() }
  }

  /// Returns when anything has changed since the view of that generation.
  ///
  /// - Throws: `CancellationError`; `RPCError` where nobody may wait any more.
  func waitForChange(since generation: UInt64) async throws {
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          let hasChanged = state.generation != generation || state.isClosing
          if hasChanged || Task.isCancelled { return true }
          state.waiting[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
    }
    try Task.checkCancellation()
    if state.withLock(\.isClosing) { throw RPCError.unavailable("The client is shut down.") }
  }

  private func set(_ source: Source) {
    let woken = state.withLock { state in
      if case .closed = state.source { return [] as [CheckedContinuation<Void, Never>] }
      state.source = source
      return state.change()
    }
    for waiter in woken { waiter.resume() }
  }
}
