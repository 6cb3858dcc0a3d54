import Logging
import Subprocess
import Synchronization

#if canImport(System)
import System
#else
import SystemPackage
#endif

extension ProcessSupervisor {
  /// Lines of one child's error output that reach the log in a second.
  private static let loggedLinesPerSecond = 100

  /// Keeps one child running until the task is cancelled.
  func supervise(
    _ child: ChildCommand,
    onEvent: @escaping @Sendable (ChildCommand, ChildEvent) -> Void
  ) async {
    var logger = logger
    logger[metadataKey: "child"] = "\(child.id)"
    var backoff = RestartBackoff(settings.backoff)
    var reason = ExitReason.notStarted("the mesh was stopped")
    while !Task.isCancelled {
      let start = ContinuousClock.now
      reason = await run(child, logger: logger) { onEvent(child, $0) }
      if Task.isCancelled { break }
      var delay = Duration.zero
      if !takeRestart(of: child) {
        delay = backoff.delay(afterRunning: .now - start, jitter: settings.jitter())
      }
      logger.warning("\(reason); restart in \(delay)")
      onEvent(child, .died(reason, restartInMilliseconds: UInt64(delay / .milliseconds(1))))
      await pause(child, for: delay)
    }
    logger.info("stopped: \(reason)")
    onEvent(child, .stopped(reason))
  }

  /// Waits until a dead child is to be started: for a time, or until a restart is asked for.
  private func pause(_ child: ChildCommand, for delay: Duration) async {
    guard delay > .zero else { return }
    let bell = makeBell(of: child)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await Task.sleep(for: delay) }
      group.addTask { await bell.waitUntilFinished() }
      await group.next()
      group.cancelAll()
    }
    _ = takeRestart(of: child)
  }

  /// Runs a child once, from its start to its end.
  private func run(
    _ child: ChildCommand,
    logger: Logger,
    onEvent: @escaping @Sendable (ChildEvent) -> Void
  ) async -> ExitReason {
    let errors = ErrorOutput()
    do {
      let result = try await Subprocess.run(
        configuration(of: child),
        input: .inputWriter,
        output: .sequence,
        error: .sequence
      ) { execution in
        let identifier = execution.processIdentifier.value
        setProcessID(identifier, of: child)
        // Before the body ends: after it the process is reaped, and its ID may become another's.
        defer { setProcessID(nil, of: child) }
        onEvent(.started(processID: Int(identifier)))
        let bell = makeBell(of: child)
        await withTaskGroup(of: Bool.self) { group in
          group.addTask {
            await ProcessSupervisor.awaitReady(execution.standardOutput, onEvent: onEvent)
            return true
          }
          group.addTask {
            await ProcessSupervisor.follow(execution.standardError, into: errors, logger: logger)
            return true
          }
          group.addTask {
            await bell.waitUntilFinished()
            if !Task.isCancelled { await execution.teardown(using: self.teardown) }
            return false
          }
          // Both outputs end when the process does, also where a process of its own holds them open.
          var open = 2
          while open > 0, let isOutput = await group.next() {
            if isOutput { open -= 1 }
          }
          group.cancelAll()
        }
        // Stops a child that lives on (we were cancelled, or it closed its outputs) while its lifeline
        // still holds, and what a dead one left behind in its group.
        await execution.teardown(using: teardown)
      }
      return ExitReason(result.terminationStatus, lastLine: errors.tail.withLock { $0.reason })
    } catch {
      return .notStarted(OutputTail.clean("\(error)"))
    }
  }

  private var teardown: [TeardownStep] {
    [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: settings.grace)]
  }

  private func configuration(of child: ChildCommand) -> Configuration {
    var environment: [Environment.Key: String?] = [:]
    for (name, value) in child.environment {
      environment[Environment.Key(stringLiteral: name)] = value
    }
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = teardown
    return Configuration(
      executable: .path(FilePath(executable)),
      arguments: Arguments(child.arguments),
      environment: .inherit.updating(environment),
      platformOptions: options
    )
  }

  private func setProcessID(_ identifier: Int32?, of child: ChildCommand) {
    handles.withLock { $0[child.id]?.processID = identifier }
  }

  private func takeRestart(of child: ChildCommand) -> Bool {
    handles.withLock { $0[child.id]?.takeRestart() ?? false }
  }

  private func makeBell(of child: ChildCommand) -> AsyncStream<Never> {
    handles.withLock { $0[child.id]?.makeBell() } ?? AsyncStream { nil }
  }

  /// Reads a child's output to its end, and tells the first line that says it is ready.
  private static func awaitReady(
    _ output: SubprocessOutputSequence,
    onEvent: @Sendable (ChildEvent) -> Void
  ) async {
    var lines = OutputTail()
    var isReady = false
    await output.forEachBuffer { bytes in
      // Nobody reads what comes later, but the child must not block on a full pipe.
      guard !isReady else { return }
      for line in lines.append(bytes) {
        guard !isReady, let ready = ReadyLine(parsing: line) else { continue }
        isReady = true
        onEvent(.ready(ready))
      }
    }
  }

  /// Reads a child's error output to its end, keeping the newest lines.
  private static func follow(
    _ output: SubprocessOutputSequence,
    into errors: ErrorOutput,
    logger: Logger
  ) async {
    var budget = LineBudget(linesPerSecond: loggedLinesPerSecond, at: .now)
    await output.forEachBuffer { bytes in
      let lines = errors.tail.withLock { $0.append(bytes) }
      for line in budget.admit(lines, at: .now) { logger.info("\(line)") }
    }
    if let line = errors.tail.withLock({ $0.finish() }) { logger.info("\(line)") }
  }
}

/// What a child wrote last to its standard error.
private final class ErrorOutput: Sendable {
  let tail = Mutex(OutputTail())
}

extension ExitReason {
  fileprivate init(_ status: TerminationStatus, lastLine: String?) {
    switch status {
    case .exited(let code): self = .exited(code: code, lastLine: lastLine)
    case .signaled(let signal): self = .signaled(signal, lastLine: lastLine)
    }
  }
}

extension SubprocessOutputSequence {
  /// Passes on all that is written, until the output ends or can't be read any more.
  fileprivate func forEachBuffer(_ body: (UnsafeRawBufferPointer) -> Void) async {
    do {
      for try await buffer in self {
        buffer.withUnsafeBytes { body($0) }
      }
    } catch {
      // The process ended, and the read with it.
    }
  }
}

extension AsyncStream<Never> {
  fileprivate func waitUntilFinished() async {
    for await _ in self {}
  }
}
