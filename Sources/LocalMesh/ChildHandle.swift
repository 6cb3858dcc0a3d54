#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What other tasks may do to a child while its own task supervises it.
struct ChildHandle: Sendable {
  enum Sent: Sendable {
    case sent
    case notRunning
    /// The system's own words.
    case refused(String)
  }

  /// Set while the process runs, or has ended and was not reaped: its ID can't be another's.
  var processID: Int32?
  private var isRestartRequested = false
  private var bell: AsyncStream<Never>.Continuation?

  init() {}

  func send(_ signal: Int32) -> Sent {
    guard let processID else { return .notRunning }
    return kill(processID, signal) == 0 ? .sent : .refused(String(cString: strerror(errno)))
  }

  /// Notes the wish, and returns what to finish, outside the lock, to wake who waits.
  mutating func requestRestart() -> AsyncStream<Never>.Continuation? {
    isRestartRequested = true
    return bell
  }

  /// Says whether a restart was asked for since the last call.
  mutating func takeRestart() -> Bool {
    defer { isRestartRequested = false }
    return isRestartRequested
  }

  /// A stream that ends when a restart is asked for, or was already.
  mutating func makeBell() -> AsyncStream<Never> {
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    if isRestartRequested { continuation.finish() }
    bell = continuation
    return stream
  }
}
