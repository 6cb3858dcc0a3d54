import Synchronization

/// What a server's health service tells of its services; set from outside, read by any number of
/// clients.
package final class HealthStatusBook: Sendable {
  package enum Status: Hashable, Sendable {
    case serving, notServing
  }

  /// The name that stands for the server as a whole.
  package static let wholeServer = ""

  private struct State {
    var statuses: [String: Status]
    var watchers: [String: [UInt64: AsyncStream<Void>.Continuation]] = [:]
    var nextWatcher: UInt64 = 0
  }

  private let state: Mutex<State>

  /// - Parameter statuses: By full service name; without an entry for ``wholeServer`` that serves.
  package init(_ statuses: [String: Status] = [:]) {
    let statuses = [HealthStatusBook.wholeServer: Status.serving].merging(statuses) { $1 }
    state = Mutex(State(statuses: statuses))
  }

  /// The status of one service; nil for a service that the book doesn't have.
  package func status(of service: String) -> Status? {
    state.withLock { $0.statuses[service] }
  }

  /// All services of the book.
  package var statuses: [String: Status] { state.withLock { $0.statuses } }

  /// Sets a service's status, and tells those who watch it; nil takes the service out.
  package func set(_ status: Status?, of service: String) {
    let watchers = state.withLock { state in
      state.statuses[service] = status
      return Array(state.watchers[service, default: [:]].values)
    }
    // Outside the lock: a continuation may run its consumer's code.
    for watcher in watchers { watcher.yield() }
  }

  /// Sets every service of the book, as a server does that drains.
  package func setAll(_ status: Status) {
    let watchers = state.withLock { state in
      for service in state.statuses.keys { state.statuses[service] = status }
      return state.watchers.values.flatMap(\.values)
    }
    for watcher in watchers { watcher.yield() }
  }

  /// Ticks at the start, and whenever the service may have changed.
  ///
  /// Ticks that nobody takes in time are one. The status itself is to be asked for, so that it is
  /// never an old one.
  ///
  /// - Returns: The ticks, and what ends them.
  func ticks(of service: String) -> (stream: AsyncStream<Void>, end: @Sendable () -> Void) {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self,
      bufferingPolicy: .bufferingNewest(1)
    )
    let watcher = state.withLock { state in
      let watcher = state.nextWatcher
      state.nextWatcher += 1
      state.watchers[service, default: [:]][watcher] = continuation
      return watcher
    }
    continuation.onTermination = { [weak self] _ in self?.remove(watcher, of: service) }
    continuation.yield()
    return (stream, { continuation.finish() })
  }

  /// How many clients watch; for tests.
  var watcherCount: Int { state.withLock { $0.watchers.values.reduce(0) { $0 + $1.count } } }

  private func remove(_ watcher: UInt64, of service: String) {
    state.withLock { state in
      state.watchers[service]?[watcher] = nil
      if state.watchers[service]?.isEmpty == true { state.watchers[service] = nil }
    }
  }
}
