import GRPCCore
import GRPCNIOTransportHTTP2Posix
import TrafficEngine

/// The state of a ``LazyStream``; what its methods return is to be resumed outside the lock.
///
///                               ┌──another try──┐
///                               ▼               │
///     waiting ──first part──► opening ──open──► open ──────┐
///        │                      │               │expire    ├─close─► closed
///        └──────── fail ────────┴───────► failed ──────────┘
struct LazyStreamState {
  typealias Waiter = CheckedContinuation<Void, Never>

  private enum Phase {
    /// Nothing was written yet.
    case waiting
    case opening
    case open(LazyStream.Stream)
    case failed(RPCError)
    case closed
  }

  enum Ending {
    case finished
    case failed(any Error)
  }

  enum OnWrite {
    case kept
    /// The first part: have the stream opened.
    case begin(Metadata)
    /// Where it is kept too, a failure to write it is none of the writer's concern.
    case forward(LazyStream.Stream, isKept: Bool)
    /// Come again once settled.
    case wait
    case refuse(RPCError)
  }

  enum OnFinish {
    case kept
    /// The request ended before it began.
    case settled([Waiter])
    case forward(LazyStream.Stream)
  }

  enum OnOpen {
    /// Send these first, then come again.
    case send([LazyStream.Part])
    case opened([Waiter], Ending?)
  }

  /// What a unary request consists of; more would only be memory.
  private static let keptParts = 2

  private var phase = Phase.waiting
  /// Written, not sent yet.
  private var kept: [LazyStream.Part] = []
  /// How the writer finished before all was sent.
  private var ending: Ending?
  /// Those who wait until the phase is neither `waiting` nor `opening`.
  private var settling: [Waiter] = []
  private var closing: Waiter?
  /// Opens the stream and serves it.
  private var opener: Task<Void, Never>?
  private var isCancelled = false
  private var retries = RetryProgress()

  mutating func write(_ part: LazyStream.Part) -> OnWrite {
    switch phase {
    case .open(let stream):
      retries.sent(part)
      return .forward(stream, isKept: retries.keepsParts)
    case .failed(let error):
      return .refuse(error)
    case .closed:
      return .refuse(.closedStream)
    case .waiting:
      guard case .metadata(let metadata) = part else { return .refuse(.metadataMissing) }
      phase = .opening
      kept.reserveCapacity(LazyStreamState.keptParts)
      kept.append(part)
      return .begin(metadata)
    case .opening:
      guard kept.count < LazyStreamState.keptParts else { return .wait }
      kept.append(part)
      return .kept
    }
  }

  mutating func finish(_ ending: Ending) -> OnFinish {
    switch phase {
    case .open(let stream):
      retries.ended(ending)
      return .forward(stream)
    case .waiting:
      return .settled(settle(.failed(.metadataMissing)))
    case .opening:
      self.ending = ending
      return .kept
    case .failed, .closed:
      return .kept
    }
  }

  /// The stream stands: takes what has to go out before the writer may use it, or drops it where
  /// the stream takes no more.
  mutating func open(_ stream: LazyStream.Stream, dropsKept: Bool = false) -> OnOpen {
    guard case .opening = phase else { return .opened([], nil) }
    for part in kept { retries.sent(part) }
    if !kept.isEmpty, !dropsKept {
      defer { kept = [] }
      return .send(kept)
    }
    if let ending { retries.ended(ending) }
    defer { ending = nil }
    retries.begin()
    return .opened(settle(.open(stream)), ending)
  }

  mutating func fail(_ error: RPCError) -> [Waiter] {
    switch phase {
    case .waiting, .opening: settle(.failed(error))
    case .open, .failed, .closed: []
    }
  }

  /// The call has taken too long: whoever serves it, or waits, is let go.
  mutating func expire(_ error: RPCError) -> (opener: Task<Void, Never>?, waiters: [Waiter]) {
    switch phase {
    case .waiting, .opening:
      isCancelled = true
      return (opener, settle(.failed(error)))
    case .open:
      phase = .failed(error)
      return (nil, takeClosing())
    case .failed, .closed:
      return (nil, [])
    }
  }

  /// Keeps the task that opens the stream; true where it is to be cancelled at once.
  mutating func begun(_ opener: Task<Void, Never>) -> Bool {
    self.opener = opener
    return isCancelled
  }

  /// The caller's task is cancelled: gives the opener, to be cancelled too.
  mutating func cancel() -> (opener: Task<Void, Never>?, waiters: [Waiter]) {
    isCancelled = true
    guard case .waiting = phase else { return (opener, []) }
    return (nil, settle(.failed(.cancelledEarly)))
  }

  /// The caller is done: everyone who waits is let go, and an opener still at work is cancelled.
  mutating func close() -> (opener: Task<Void, Never>?, waiters: [Waiter]) {
    var obsolete: Task<Void, Never>?
    if case .opening = phase {
      obsolete = opener
      isCancelled = true
    }
    return (obsolete, settle(.closed) + takeClosing())
  }

  /// False where there is nothing to wait for.
  mutating func waitUntilSettled(_ waiter: Waiter) -> Bool {
    switch phase {
    case .open, .failed, .closed: return false
    case .waiting, .opening:
      settling.append(waiter)
      return true
    }
  }

  /// False where there is nothing to wait for.
  mutating func waitUntilLeft(_ waiter: Waiter) -> Bool {
    guard case .open = phase else { return false }
    closing = waiter
    return true
  }

  /// The open stream, or why there is none; nil while that is not settled.
  var stream: Result<LazyStream.Stream, RPCError>? {
    switch phase {
    case .waiting, .opening: nil
    case .open(let stream): .success(stream)
    case .failed(let error): .failure(error)
    case .closed: .failure(.closedStream)
    }
  }

  /// Why the stream failed; nil where it did not.
  var failure: RPCError? {
    if case .failed(let error) = phase { error } else { nil }
  }

  // MARK: Another try

  mutating func allowRetries(_ plan: RetryPlan) {
    retries.allow(plan)
  }

  /// The open stream ended before any response: tells whether there is another one to come, and who
  /// is to be told.
  mutating func triesAgain(afterStatusCode code: Int) -> (isSo: Bool, waiters: [Waiter]) {
    guard case .open = phase, let replay = retries.next(afterStatusCode: code) else {
      return (false, [])
    }
    phase = .opening
    kept = replay.parts
    ending = replay.isFinished ? .finished : nil
    return (true, takeClosing())
  }

  /// A response has begun: there won't be another try.
  mutating func commit() {
    retries.commit()
  }

  /// Whether another stream is to be opened; true once for each.
  mutating func takeReopening() -> Bool {
    retries.takeReopening()
  }

  private mutating func takeClosing() -> [Waiter] {
    defer { closing = nil }
    return closing.map { [$0] } ?? []
  }

  private mutating func settle(_ phase: Phase) -> [Waiter] {
    self.phase = phase
    kept = []
    defer { settling = [] }
    return settling
  }
}

extension RPCError {
  static let closedStream = RPCError(
    code: .failedPrecondition,
    message: "The stream is closed: its caller has returned."
  )
  static let cancelledEarly = RPCError(
    code: .cancelled,
    message: "The call was cancelled before it began."
  )
  static let metadataMissing = RPCError(
    code: .internalError,
    message: "A request must begin with metadata."
  )
}
