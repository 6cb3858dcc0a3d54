import Synchronization

/// Hands values from many tasks to one receiver, one at a time and in their order.
///
/// Who finds no delivery under way delivers, its own values and those that come meanwhile; the
/// receiver runs outside the lock and may cause further values.
final class OrderedDelivery<Value: Sendable>: Sendable {
  private struct State {
    var waiting: [Value] = []
    var isDelivering = false
  }

  private let state = Mutex(State())
  private let receive: @Sendable (Value) -> Void

  init(to receive: @escaping @Sendable (Value) -> Void) {
    self.receive = receive
  }

  func deliver(_ value: Value) {
    let isOurs = state.withLock { state in
      state.waiting.append(value)
      defer { state.isDelivering = true }
      return !state.isDelivering
    }
    guard isOurs else { return }
    while let next = takeNext() { receive(next) }
  }

  private func takeNext() -> Value? {
    state.withLock { state in
      state.isDelivering = !state.waiting.isEmpty
      return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
    }
  }
}
