import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Synchronization
import TrafficEngine

/// A stream handed out before it is known where it leads.
///
/// The caller writes and reads; the opener learns the first part written, chooses a transport's
/// stream by it and serves that one here. Parts written meanwhile are kept, so that a unary request
/// goes out in one write and its writer never waits.
final class LazyStream: Sendable {
  typealias Part = RPCRequestPart<GRPCNIOTransportBytes>
  typealias Inbound = RPCAsyncSequence<RPCResponsePart<GRPCNIOTransportBytes>, any Error>
  typealias Outbound = RPCWriter<Part>.Closable
  typealias Stream = RPCStream<Inbound, Outbound>

  private let state = Mutex(LazyStreamState())
  private let opener: @Sendable (LazyStream, Metadata) async -> Void

  /// - Parameter opener: Called once, with the metadata that begins the request: calls ``serve(_:)``
  ///   or ``fail(_:)``. It may outlive the caller's use of the stream by the time it takes to close
  ///   it.
  init(opener: @escaping @Sendable (LazyStream, Metadata) async -> Void) {
    self.opener = opener
  }

  // MARK: For the opener

  /// Lets the caller use `stream` until it closes this one.
  ///
  /// - Returns: Whether the call failed and another stream is to be served.
  func serve(_ stream: Stream) async -> Bool {
    do {
      while case .send(let parts) = await open(stream) {
        try await stream.outbound.write(contentsOf: parts)
      }
    } catch {
      // Reading goes on: the response may tell more than the failed write does.
      await stream.outbound.finish(throwing: error)
      _ = await open(stream, dropsKept: true)
    }
    await untilLeft()
    return state.withLock { $0.takeReopening() }
  }

  /// Has a call that fails before its response begins tried again, as far as the policy goes.
  func allowRetries(_ policy: RetryPlan) {
    state.withLock { $0.allowRetries(policy) }
  }

  /// Does what serves the stream; the stream fails if that isn't over by the deadline.
  func serve(
    until deadline: ContinuousClock.Instant,
    orFailWith error: RPCError,
    _ body: () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        try await Task.sleep(until: deadline, clock: .continuous)
        self.expire(error)
      }
      defer { group.cancelAll() }
      try await body()
    }
  }

  /// Tells the caller that there will be no stream.
  func fail(_ error: RPCError) {
    for waiter in state.withLock({ $0.fail(error) }) { waiter.resume() }
  }

  // MARK: For the caller

  func write(_ part: Part) async throws {
    while true {
      switch state.withLock({ $0.write(part) }) {
      case .kept: return
      case .begin(let metadata): return begin(metadata)
      case .forward(let stream, let isKept):
        return try await forward(part, to: stream, isKept: isKept)
      case .wait: await settled()
      case .refuse(let error): throw error
      }
    }
  }

  func finish(_ ending: LazyStreamState.Ending) async {
    switch state.withLock({ $0.finish(ending) }) {
    case .kept: break
    case .settled(let waiters): for waiter in waiters { waiter.resume() }
    case .forward(let stream): await stream.outbound.finish(ending)
    }
  }

  /// The responses, once the stream is open.
  func inbound() async throws(RPCError) -> Inbound {
    while true {
      if let stream = state.withLock(\.stream) { return try stream.get().inbound }
      await settled()
    }
  }

  /// Why the stream was ended from here; nil where it was not.
  var failure: RPCError? { state.withLock(\.failure) }

  /// Notes that the stream ended before any response.
  ///
  /// - Returns: Whether another try follows, whose responses ``inbound()`` gives.
  func triesAgain(after code: Status.Code) -> Bool {
    let (isSo, waiters) = state.withLock { $0.triesAgain(afterStatusCode: code.rawValue) }
    for waiter in waiters { waiter.resume() }
    return isSo
  }

  /// Notes that a response has begun, so that there won't be another try.
  func commit() {
    state.withLock { $0.commit() }
  }

  /// Ends the stream's use; anyone who still waits on it is let go.
  func close() {
    let (opener, waiters) = state.withLock { $0.close() }
    opener?.cancel()
    for waiter in waiters { waiter.resume() }
  }

  /// Cuts short whatever the caller waits for, as its task is cancelled.
  func cancel() {
    let (opener, waiters) = state.withLock { $0.cancel() }
    opener?.cancel()
    for waiter in waiters { waiter.resume() }
  }

  private func forward(_ part: Part, to stream: Stream, isKept: Bool) async throws {
    do {
      try await stream.outbound.write(part)
    } catch  where isKept {
      // The response tells why, or another try sends the part.
    }
  }

  private func expire(_ error: RPCError) {
    let (opener, waiters) = state.withLock { $0.expire(error) }
    opener?.cancel()
    for waiter in waiters { waiter.resume() }
  }

  /// Has the stream opened by a task that begins here and now, and so costs no switch of tasks.
  private func begin(_ metadata: Metadata) {
    let task = Task.beginningHere { await self.opener(self, metadata) }
    if state.withLock({ $0.begun(task) }) { task.cancel() }
  }

  private func open(_ stream: Stream, dropsKept: Bool = false) async -> LazyStreamState.OnOpen {
    let onOpen = state.withLock { $0.open(stream, dropsKept: dropsKept) }
    if case .opened(let waiters, let ending) = onOpen {
      for waiter in waiters { waiter.resume() }
      if let ending { await stream.outbound.finish(ending) }
    }
    return onOpen
  }

  private func settled() async {
    await withCheckedContinuation { continuation in
      if !state.withLock({ $0.waitUntilSettled(continuation) }) { continuation.resume() }
    }
  }

  private func untilLeft() async {
    await withCheckedContinuation { continuation in
      if !state.withLock({ $0.waitUntilLeft(continuation) }) { continuation.resume() }
    }
  }
}

extension Task where Success == Void, Failure == Never {
  /// Starts a task on the calling thread, which goes on when the task first suspends.
  fileprivate static func beginningHere(
    _ operation: sending @escaping @isolated(any) () async -> Void
  ) -> Task<Void, Never> {
    if #available(macOS 26, *) {
      immediate(operation: operation)
    } else {
      Task(operation: operation)
    }
  }
}

extension LazyStream.Outbound {
  fileprivate func finish(_ ending: LazyStreamState.Ending) async {
    switch ending {
    case .finished: await finish()
    case .failed(let error): await finish(throwing: error)
    }
  }
}
