package import GRPCCore
package import Logging
package import NIOCore
internal import NIOPosix
internal import Synchronization

/// Serves gRPC by HTTP/2: chosen paths by handlers on the event loop, all others by grpc-swift.
///
/// A stream of a raw route costs no task and no sequence: for streams that are many and quiet. All
/// others go to the services of the `GRPCServer` that has this as its transport.
package final class HTTP2Server: ServerTransport {
  package typealias Bytes = MessageBytes

  private enum State {
    case idle
    case binding
    case listening(any Channel)
    case stopped
  }

  private let shared: ServerShared
  private let calls: AsyncStream<AcceptedRPC>
  private let group: any EventLoopGroup
  private let bound: EventLoopPromise<BindAddress>
  private let connectionsClosed: EventLoopPromise<Void>
  private let state = Mutex(State.idle)

  /// Makes a server, and reads its certificate's files.
  ///
  /// - Parameters:
  ///   - configuration: Where to listen, by which certificate, and what to put up with.
  ///   - routes: What serves raw streams, by path: `/service/method`.
  ///   - eventLoopGroup: Where connections live.
  ///   - logger: Gets what happens to connections.
  ///   - onNotice: Told what an operator should know; from any thread.
  /// - Throws: ``TransportError`` with code `badCertificate`.
  package init(
    configuration: Configuration,
    routes: [String: RawRoute] = [:],
    eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    logger: Logger,
    onNotice: @escaping @Sendable (TransportNotice) -> Void = { _ in }
  ) throws(TransportError) {
    let (calls, continuation) = AsyncStream.makeStream(of: AcceptedRPC.self)
    let certificates: CertificateStore? =
      if let files = configuration.tls { try CertificateStore(files) } else { nil }
    self.shared = ServerShared(
      configuration: configuration,
      routes: routes,
      logger: logger,
      certificates: certificates,
      onNotice: onNotice,
      calls: continuation
    )
    self.calls = calls
    self.group = eventLoopGroup
    self.bound = eventLoopGroup.next().makePromise()
    self.connectionsClosed = eventLoopGroup.next().makePromise()
  }

  deinit {
    bound.fail(TransportError(.alreadyStopped, "the server never listened"))
    connectionsClosed.succeed()
  }

  /// Where the server listens, with the port that it got; waits until it does.
  ///
  /// - Throws: What keeps it from listening: ``TransportError``.
  package var address: BindAddress {
    get async throws { try await bound.futureResult.get() }
  }

  /// The connections that are open.
  package var connectionCount: Int { shared.connections.count }

  /// Listens, and serves until the server is stopped and its connections are closed.
  ///
  /// - Throws: ``TransportError``, where it can't listen.
  package func listen(
    streamHandler:
      @escaping @Sendable @concurrent (
        _ stream: RPCStream<Inbound, Outbound>,
        _ context: ServerContext
      ) async -> Void
  ) async throws {
    let listener = try await startListening()
    await withTaskCancellationHandler {
      await serveCalls(streamHandler)
    } onCancel: {
      stop(grace: .zero)
    }
    try? await listener.closeFuture.get()
    try? await connectionsClosed.futureResult.get()
    removeSocketFile()
  }

  /// Takes no more connections and streams; those that are open have the grace time to end.
  package func beginGracefulShutdown() {
    stop(grace: shared.configuration.shutdownGrace)
  }

  /// Reads the certificate's files again, now; new connections get what they hold.
  package func reloadCertificates() async {
    guard let certificates = shared.certificates else { return }
    let reload = try? await NIOThreadPool.singleton.runIfActive { certificates.reload() }
    switch reload {
    case .changed:
      shared.onNotice(TransportNotice(.newCertificate, "a new certificate is in force"))
    case .failed(let reason):
      shared.onNotice(TransportNotice(.badCertificate, reason))
    case .unchanged, nil: break
    }
  }

  private func serveCalls(_ serve: @escaping AcceptedRPC.Serve) async {
    await withDiscardingTaskGroup { group in
      if let interval = shared.configuration.tls?.checkInterval {
        group.addTask { await self.watchCertificates(every: interval) }
      }
      for await call in calls {
        group.addTask { await call.run(serve) }
      }
      // All connections are closed, so nobody waits for what services still do.
      group.cancelAll()
    }
  }

  private func watchCertificates(every interval: Duration) async {
    while (try? await Task.sleep(for: interval)) != nil { await reloadCertificates() }
  }
}

// How the server begins and ends.
extension HTTP2Server {
  private func startListening() async throws -> any Channel {
    let isFirst = state.withLock { state in
      guard case .idle = state else { return false }
      state = .binding
      return true
    }
    guard isFirst else {
      throw TransportError(.alreadyStopped, "the server was stopped; want a new one")
    }
    do {
      let listener = try await ServerSocket.bind(shared, group)
      let isWanted = state.withLock { state in
        guard case .binding = state else { return false }
        state = .listening(listener)
        return true
      }
      if !isWanted { listener.close(promise: nil) }
      bound.succeed(ServerSocket.address(of: listener, asked: shared.configuration.address))
      return listener
    } catch {
      state.withLock { $0 = .stopped }
      bound.fail(error)
      throw error
    }
  }

  private func stop(grace: Duration) {
    let before = state.withLock { state in
      defer { state = .stopped }
      return state
    }
    switch before {
    case .listening(let listener): listener.close(promise: nil)
    case .idle: bound.fail(TransportError(.alreadyStopped, "the server never listened"))
    case .binding, .stopped: break
    }
    let open = shared.connections.stop { [shared, connectionsClosed] in
      shared.finishCalls()
      connectionsClosed.succeed()
    }
    for connection in open {
      connection.eventLoop.execute {
        connection.value.drain(grace: grace, since: "the server stops")
      }
    }
  }

  private func removeSocketFile() {
    guard case .unix(let path) = shared.configuration.address else { return }
    ServerSocket.remove(path)
  }
}
