internal import Dispatch
package import Logging
package import MeshModel
internal import ServiceLifecycle
internal import Synchronization

/// Follows one client's log and tells of the calls in it.
///
/// It survives rotation (by a new file or by emptying the old one), removal and reappearance, and
/// serves a FIFO whose writers come and go. It works on a queue of its own, so neither a slow disk nor
/// a busy log delays others.
package final class LogFollower: Service {
  /// Whom it tells; the closures are called in order, from the follower's task, and must not block.
  package struct Observer: Sendable {
    package var onCalls: @Sendable ([CallRecord]) -> Void
    package var onEvent: @Sendable (CallLogEvent) -> Void

    package init(
      onCalls: @escaping @Sendable ([CallRecord]) -> Void,
      onEvent: @escaping @Sendable (CallLogEvent) -> Void
    ) {
      self.onCalls = onCalls
      self.onEvent = onEvent
    }
  }

  package struct Settings: Sendable {
    /// How long to wait at a file's end before the next look.
    package var pollInterval = Duration.milliseconds(200)
    /// Bytes in a line; a longer one is counted as unreadable.
    package var maxLineBytes = 64 << 10
    /// How long the old file of a rotation must be quiet before it is closed.
    package var retirement = Duration.seconds(5)

    package init() {}
  }

  package let log: FollowedLog
  private let settings: Settings
  private let observer: Observer
  private let clock: @Sendable () -> Timestamp
  private let logger: Logger
  private let lines = Mutex(LineCounts())

  /// - Parameters:
  ///   - log: What to follow.
  ///   - settings: How to.
  ///   - observer: Whom to tell.
  ///   - clock: The time for lines that tell none.
  ///   - logger: Told of events at its finest level; whoever is to see them gets them by `observer`.
  package init(
    _ log: FollowedLog,
    settings: Settings = Settings(),
    observer: Observer,
    clock: @escaping @Sendable () -> Timestamp,
    logger: Logger
  ) {
    self.log = log
    self.settings = settings
    self.observer = observer
    self.clock = clock
    self.logger = logger
  }

  /// How many lines were read, of either file of a rotation.
  package var counts: LineCounts { lines.withLock { $0 } }

  /// Follows until cancelled or shut down; throws nothing.
  package func run() async throws {
    let reader = LogReader(log, settings: settings)
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        let (batch, counts) = await reader.poll(at: self.clock())
        self.lines.withLock { $0 = counts }
        self.tell(batch)
        switch batch.next {
        case .now: break
        case .later: try? await Task.sleep(for: self.settings.pollInterval)
        case .whenReadable: await reader.waitUntilReadable(self.settings.pollInterval)
        }
      }
    }
  }

  private func tell(_ batch: LogTail.Batch) {
    if !batch.calls.isEmpty { observer.onCalls(batch.calls) }
    for kind in batch.events {
      let event = CallLogEvent(log: log, kind: kind)
      logger.debug("\(event.text)")
      observer.onEvent(event)
    }
  }
}

/// Keeps the blocking calls off the tasks' threads.
private actor LogReader {
  private let queue = LogQueue()
  private var tail: LogTail

  init(_ log: FollowedLog, settings: LogFollower.Settings) {
    let interval = max(settings.pollInterval, .milliseconds(1))
    tail = LogTail(
      log,
      maxLineBytes: settings.maxLineBytes,
      retiringPolls: max(1, Int((settings.retirement / interval).rounded(.up)))
    )
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

  func poll(at time: Timestamp) -> (LogTail.Batch, LineCounts) {
    let batch = tail.poll(at: time)
    return (batch, tail.counts)
  }

  func waitUntilReadable(_ limit: Duration) {
    tail.waitUntilReadable(milliseconds: Int32(limit / .milliseconds(1)))
  }
}

/// Runs an actor on a dispatch queue.
private final class LogQueue: SerialExecutor {
  private let queue = DispatchQueue(label: "call-log")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
