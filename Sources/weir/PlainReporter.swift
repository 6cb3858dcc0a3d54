import MeshRuntime

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Prints the engine's picture again and again, as a line of words or of JSON.
struct PlainReporter: Sendable {
  let engine: MeshEngine
  let isJSON: Bool
  /// From one line to the next.
  let interval: Duration
  /// When to end; nil for never.
  let limit: Duration?

  /// Runs until the limit, or until nobody reads stdout any more.
  func run() async throws {
    // A reader that goes away shows as a failed write, not as a signal.
    signal(SIGPIPE, SIG_IGN)
    let output = LineOutput(descriptor: STDOUT_FILENO)
    let start = ContinuousClock.now
    var next = start
    while true {
      next += interval
      if let limit, next > start + limit {
        return try await Task.sleep(until: start + limit, clock: .continuous)
      }
      try await Task.sleep(until: next, clock: .continuous)
      let report = PlainReport(engine.picture())
      guard try await output.write(isJSON ? try report.json() : report.line) else { return }
    }
  }
}
