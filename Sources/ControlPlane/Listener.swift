internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The socket that takes connections and the connections that it took, so that a server can be ended
/// without cancelling it.
///
/// A connection that is still being set up when the server's accept loop ends is dropped by
/// grpc-swift's transport in a way that traps. So the end has three steps: accept no more and let
/// what is under way finish here; shut the server down gracefully, which waits for its connections;
/// close those that are left after the grace time.
final class Listener: Sendable {
  private struct State {
    var channel: (any Channel)?
    var connections: [ObjectIdentifier: any Channel] = [:]
  }

  /// With the usual 128, a thousand clients that connect at once take seconds.
  static let backlog: Int32 = 4_096

  let group = MultiThreadedEventLoopGroup.singletonMultiThreadedEventLoopGroup
  private let state = Mutex(State())

  /// Prepares the channel; called before it listens.
  func take(_ channel: any Channel) -> EventLoopFuture<Void> {
    state.withLock { $0.channel = channel }
    return channel.setOption(.backlog, value: Self.backlog)
  }

  /// Keeps a connection until it closes.
  func add(_ connection: any Channel) -> EventLoopFuture<Void> {
    let id = ObjectIdentifier(connection)
    state.withLock { $0.connections[id] = connection }
    connection.closeFuture.whenComplete { [weak self] _ in
      self?.state.withLock { $0.connections[id] = nil }
    }
    return connection.eventLoop.makeSucceededVoidFuture()
  }

  /// Takes no more connections, and waits until those under way are with the server.
  func stopAccepting() async {
    guard let channel = state.withLock({ $0.channel }), channel.isActive else { return }
    try? await channel.setOption(.autoRead, value: false).get()
    // Setting a connection up goes from the listener's loop to the connection's and back; loops
    // work in order, so what follows comes after it.
    for _ in 1...2 {
      for loop in group.makeIterator() { try? await loop.submit {}.get() }
      try? await channel.eventLoop.submit {}.get()
    }
  }

  /// Closes the connections that are open after the grace time, or as soon as none is left.
  func closeConnections(after grace: Duration) async {
    let grace = TimeAmount(grace)
    let connections = state.withLock { Array($0.connections.values) }
    for connection in connections {
      let timer = connection.eventLoop.scheduleTask(in: grace) { connection.close(promise: nil) }
      connection.closeFuture.whenComplete { _ in timer.cancel() }
    }
    for connection in connections { try? await connection.closeFuture.get() }
  }
}
