import GRPCCore
import GRPCNIOTransportHTTP2Posix
import MeshModel

/// One call over an ``XDSClientTransport``.
struct XDSCall: Sendable {
  let opener: CallOpener

  /// Runs the call's closure with a stream to where the call belongs.
  ///
  /// Where no route looks at headers, and the call's does no more than choose a cluster, the
  /// endpoint's own stream is handed out; else a lazy one, since the headers are known only when the
  /// closure writes them.
  @concurrent
  func run<T: Sendable>(
    _ closure: @concurrent (LazyStream.Stream, ClientContext) async throws -> T
  ) async throws -> T {
    if let place = opener.openAtOnce() {
      switch try await run(on: place, closure) {
      case .done(let result): return result
      case .notStarted: break
      }
    }
    return try await runLazily(closure)
  }

  private enum Outcome<T: Sendable>: Sendable {
    case done(T)
    /// Nothing was sent, and the closure wasn't called.
    case notStarted
  }

  @concurrent
  private func run<T: Sendable>(
    on place: Place,
    _ closure: @concurrent (LazyStream.Stream, ClientContext) async throws -> T
  ) async throws -> Outcome<T> {
    defer { place.leave() }
    let endpoint = place.endpoint
    var isOpen = false
    do {
      let result = try await endpoint.transport.withStream(
        descriptor: opener.descriptor,
        options: opener.options
      ) { stream, context in
        isOpen = true
        opener.notes.opened(to: endpoint.hostPort)
        return try await closure(observed(.open(stream.inbound), stream.outbound), context)
      }
      return .done(result)
    } catch let error as RPCError where !isOpen && error.code == .unavailable {
      endpoint.reportFailure(error)
      return .notStarted
    }
  }

  @concurrent
  private func runLazily<T: Sendable>(
    _ closure: @concurrent (LazyStream.Stream, ClientContext) async throws -> T
  ) async throws -> T {
    let lazy = LazyStream { stream, metadata in await opener.open(stream, for: metadata) }
    defer { lazy.close() }
    let outbound = RPCWriter.Closable(wrapping: LazyRequestWriter(stream: lazy))
    let context = ClientContext(
      descriptor: opener.descriptor,
      remotePeer: opener.target,
      localPeer: "xds"
    )
    return try await withTaskCancellationHandler {
      try await closure(observed(.lazy(lazy), outbound), context)
    } onCancel: {
      lazy.cancel()
    }
  }

  private func observed(
    _ source: ObservedResponses.Source,
    _ outbound: LazyStream.Outbound
  ) -> LazyStream.Stream {
    RPCStream(
      descriptor: opener.descriptor,
      inbound: RPCAsyncSequence(
        wrapping: ObservedResponses(source: source, notes: opener.notes)
      ),
      outbound: outbound
    )
  }
}
