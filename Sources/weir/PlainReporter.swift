import MeshPicture
import Verbs

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Prints the engine's picture again and again, as a line of words or of JSON.
struct PlainReporter: Sendable {
  private let engine: any EngineOperations
  private let isJSON: Bool
  /// From one line to the next.
  private let interval: Duration
  /// When to end; nil for never.
  private let limit: Duration?

  init(engine: any EngineOperations, _ display: DisplayOptions) {
    self.engine = engine
    isJSON = display.output == .json
    interval = display.every.duration
    limit = display.limit?.duration
  }

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
      let report = PlainReport(try await engine.picture())
      guard try await output.write(isJSON ? try report.json() : report.line) else { return }
    }
  }
}
