import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import Synchronization
import XDSCore

/// The one connection to an endpoint, shared by all calls and clusters.
///
///     connecting ──► ready ──► connecting      (connection lost)
///         │            ▲
///         ▼            │
///        down ─────────┘                       (attempts failed; back-off goes on inside)
final class EndpointConnection: Sendable {
  /// How calls should see the endpoint.
  enum Reachability: Sendable {
    /// No attempt has ended yet, or the last connection was just lost: calls wait for it.
    case connecting
    case ready
    /// The last attempt failed, as `reason` says: calls go elsewhere or fail.
    case down(reason: String)
  }

  private struct State {
    var reachability = Reachability.connecting
    var calls = 0
    var isRetired = false

    var isDrained: Bool { isRetired && calls == 0 }
  }

  /// What a call gets that asks to be taken.
  enum OnEnter: Sendable {
    /// It may open a stream, and has to ``leave()``.
    case taken
    case connecting
    case down(reason: String)
    /// A newer configuration knows better.
    case retired
  }

  let hostPort: String
  let transport: HTTP2ClientTransport.Posix
  private let state = Mutex(State())
  /// Says that the connection may have been lost; newest only, as one look is enough.
  private let doubts: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)
  private let onChange: @Sendable () -> Void

  /// - Parameters:
  ///   - endpoint: Where to connect to.
  ///   - authority: What `:authority` says: that which was dialled, never the endpoint.
  ///   - onChange: Called outside any lock when calls may find the endpoint changed.
  /// - Throws: `RuntimeError` where the address can't be dialled at all.
  init(
    _ endpoint: XDSCore.Endpoint,
    authority: String,
    onChange: @escaping @Sendable () -> Void
  ) throws {
    let doubts = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    self.doubts = doubts
    self.onChange = onChange
    hostPort = endpoint.hostPort
    let address = ServerAddress(host: endpoint.address, port: endpoint.port)
    transport = try HTTP2ClientTransport.Posix(
      target: address.target,
      transportSecurity: .plaintext,
      config: EndpointConnection.config(authority: authority) { doubts.continuation.yield() },
      // Unlike pick_first, round_robin dials again by itself after a GOAWAY.
      serviceConfig: ServiceConfig(loadBalancingConfig: [.roundRobin])
    )
  }

  /// Under way.
  var calls: Int { state.withLock(\.calls) }

  /// Asks for a place for one call.
  func enter() -> OnEnter {
    state.withLock { state in
      if state.isRetired { return .retired }
      switch state.reachability {
      case .connecting: return .connecting
      case .down(let reason): return .down(reason: reason)
      case .ready:
        state.calls += 1
        return .taken
      }
    }
  }

  func leave() {
    let isDrained = state.withLock { state in
      state.calls -= 1
      return state.isDrained
    }
    if isDrained { transport.beginGracefulShutdown() }
  }

  /// Connects, and stays so until retired and drained, or cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask {
        try? await self.transport.connect()
        // Ends `watch` too, in whatever state it is.
        self.doubts.continuation.finish()
      }
      await watch()
    }
  }

  /// Lets the calls in flight end, then closes the connection.
  ///
  /// The transport would close under a stream that is open but has sent nothing yet; so it is told
  /// only when the last call has left.
  func retire() {
    let isDrained = state.withLock { state in
      state.isRetired = true
      return state.isDrained
    }
    if isDrained { transport.beginGracefulShutdown() }
  }

  /// Notes that a call could not be started on it.
  func reportFailure(_ error: RPCError) {
    set(.down(reason: error.message))
    doubts.continuation.yield()
  }

  private func watch() async {
    var doubts = doubts.stream.makeAsyncIterator()
    while !Task.isCancelled, !state.withLock(\.isRetired) {
      do {
        try await probe(waitForReady: false)
      } catch {
        if Task.isCancelled || state.withLock(\.isRetired) { return }
        set(.down(reason: (error as? RPCError)?.message ?? "\(error)"))
        await reconnect()
      }
      set(.ready)
      guard await doubts.next() != nil else { return }
      set(.connecting)
    }
  }

  /// Waits until a connection stands, however many attempts it takes.
  private func reconnect() async {
    while !Task.isCancelled, !state.withLock(\.isRetired) {
      if (try? await probe(waitForReady: true)) != nil { return }
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Opens a stream and drops it before a byte is sent: returns once the connection is ready.
  private func probe(waitForReady: Bool) async throws {
    var options = CallOptions.defaults
    options.waitForReady = waitForReady
    try await transport.withStream(descriptor: .probe, options: options) { _, _ in }
  }

  private func set(_ reachability: Reachability) {
    state.withLock { $0.reachability = reachability }
    onChange()
  }

  private static func config(
    authority: String,
    onClose: @escaping @Sendable () -> Void
  ) -> HTTP2ClientTransport.Posix.Config {
    .defaults { config in
      config.http2.authority = authority
      config.connection.maxIdleTime = nil
      // Endpoints are near, and a restarted workload should be back at once.
      config.backoff = .init(
        initial: .milliseconds(250),
        max: .seconds(2),
        multiplier: 1.6,
        jitter: 0.2
      )
      config.channelDebuggingCallbacks.onCreateTCPConnection = { channel in
        channel.closeFuture.whenComplete { _ in onClose() }
        return channel.eventLoop.makeSucceededVoidFuture()
      }
    }
  }
}

extension MethodDescriptor {
  /// Never sent.
  fileprivate static let probe = MethodDescriptor(fullyQualifiedService: "weir", method: "Probe")
}
