import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// The state of a ``LazyStream``; what its methods return is to be resumed outside the lock.
///
///     waiting ──first part──► opening ──open──► open ──┐
///        │                      │                      ├─close─► closed
///        └──────── fail ────────┴───────► failed ──────┘
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
    case forward(LazyStream.Stream)
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

  mutating func write(_ part: LazyStream.Part) -> OnWrite {
    switch phase {
    case .open(let stream):
      return .forward(stream)
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
    if !kept.isEmpty, !dropsKept {
      defer { kept = [] }
      return .send(kept)
    }
    defer { ending = nil }
    return .opened(settle(.open(stream)), ending)
  }

  mutating func fail(_ error: RPCError) -> [Waiter] {
    switch phase {
    case .waiting, .opening: settle(.failed(error))
    case .open, .failed, .closed: []
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
    var waiters = settle(.closed)
    if let closing { waiters.append(closing) }
    closing = nil
    return (obsolete, waiters)
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
  mutating func waitUntilClosed(_ waiter: Waiter) -> Bool {
    if case .closed = phase { return false }
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
