internal import NIOCore
internal import Synchronization

/// The connections of a server.
final class ConnectionList: Sendable {
  private struct State {
    var connections: [UInt64: NIOLoopBound<Connection>] = [:]
    /// Taken, and not set up yet.
    var reserved = 0
    var lastNumber: UInt64 = 0
    var isStopping = false
    /// Called once, when the last has closed after the stop.
    var whenStopped: (@Sendable () -> Void)?

    var count: Int { connections.count + reserved }

    mutating func takeWhenStopped() -> (@Sendable () -> Void)? {
      guard isStopping, count == 0 else { return nil }
      defer { whenStopped = nil }
      return whenStopped
    }
  }

  enum Place {
    case number(UInt64)
    case full
    case stopping
  }

  private let limit: Int?
  private let state = Mutex(State())

  /// - Parameter limit: The most connections at once; nil for any number.
  init(limit: Int?) {
    self.limit = limit
  }

  var count: Int { state.withLock(\.count) }

  /// Makes room for a connection; ``add(_:_:)`` or ``remove(_:)`` has to follow.
  func reserve() -> Place {
    state.withLock { state in
      if state.isStopping { return .stopping }
      if let limit, state.count >= limit { return .full }
      state.reserved += 1
      state.lastNumber += 1
      return .number(state.lastNumber)
    }
  }

  /// - Returns: Whether it may stay: not if the server has begun to stop meanwhile.
  func add(_ connection: NIOLoopBound<Connection>, _ number: UInt64) -> Bool {
    state.withLock { state in
      state.reserved -= 1
      state.connections[number] = connection
      return !state.isStopping
    }
  }

  func remove(_ number: UInt64) {
    let whenStopped = state.withLock { state in
      state.connections[number] = nil
      return state.takeWhenStopped()
    }
    whenStopped?()
  }

  /// Gives a reserved place back.
  func release() {
    let whenStopped = state.withLock { state in
      state.reserved -= 1
      return state.takeWhenStopped()
    }
    whenStopped?()
  }

  /// Lets no more in, and calls back when all are gone; the callback of the first call counts.
  ///
  /// - Returns: Those that are open.
  func stop(_ whenStopped: @escaping @Sendable () -> Void) -> [NIOLoopBound<Connection>] {
    let (open, callback) = state.withLock { state in
      if !state.isStopping { state.whenStopped = whenStopped }
      state.isStopping = true
      return (Array(state.connections.values), state.takeWhenStopped())
    }
    callback?()
    return open
  }
}
