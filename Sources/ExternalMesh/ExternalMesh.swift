package import Logging
internal import MeshModel
internal import RuleFiles
internal import ServiceLifecycle
internal import Synchronization

/// A mesh that somebody else runs: its services, endpoints and rules stand in files, which are
/// watched.
package final class ExternalMesh: Service {
  /// Who is told what the files say; one call at a time, in order, from any task.
  package struct Observer: Sendable {
    /// The files say something else than before, can be read again after an error, or the health of
    /// an endpoint changed.
    ///
    /// Where only endpoints changed, the rules are equal to those told before.
    package var onChange: @Sendable (ExternalMeshContent) -> Void
    /// The files can't be used as they are now: what was told last stays in force.
    package var onError: @Sendable (ExternalMeshError) -> Void

    package init(
      onChange: @escaping @Sendable (ExternalMeshContent) -> Void,
      onError: @escaping @Sendable (ExternalMeshError) -> Void
    ) {
      self.onChange = onChange
      self.onError = onError
    }
  }

  package struct Settings: Sendable {
    /// From one look at the files to the next.
    package var pollInterval: Duration
    /// How long files must stay as they are before they are read, so that none is read half-written.
    package var settleTime: Duration
    /// nil where endpoints aren't asked for their health.
    package var healthChecks: HealthCheckSettings?

    package init(
      pollInterval: Duration = .milliseconds(500),
      settleTime: Duration = .milliseconds(100),
      healthChecks: HealthCheckSettings? = nil
    ) {
      self.pollInterval = pollInterval
      self.settleTime = settleTime
      self.healthChecks = healthChecks
    }
  }

  private let observer: Observer
  private let watch: FileWatch
  private let checker: HealthChecker?
  private let logger: Logger
  private let state: Mutex<ExternalMeshState>
  /// Says that something may be to be told; newest only, as one look is enough.
  private let changes: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

  /// Watches files and directories: see ``ExternalMeshContent/init(paths:)``.
  ///
  /// `initial` is what was read from them for the start; it isn't told again while it holds. Where it
  /// is nil, the first reading is told.
  package init(
    paths: [String],
    initial: ExternalMeshContent?,
    settings: Settings = Settings(),
    observer: Observer,
    logger: Logger
  ) {
    let changes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    self.changes = changes
    self.observer = observer
    self.logger = logger
    watch = FileWatch(
      paths: paths,
      pollInterval: settings.pollInterval,
      settleTime: settings.settleTime
    )
    checker = settings.healthChecks.map { checks in
      HealthChecker(checks, logger: logger) { changes.continuation.yield() }
    }
    state = Mutex(ExternalMeshState(told: initial))
  }

  /// Watches until the service group shuts down or the task is cancelled.
  package func run() async {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.readFiles() }
        if let checker = self.checker { group.addTask { await checker.run() } }
        group.addTask { await self.tell() }
        await group.waitForAll()
      }
    }
  }

  private func readFiles() async {
    await watch.run { files in
      let reading = Result { () throws(ExternalMeshError) in try ExternalMeshContent(files) }
      let targets = self.state.withLock { state in
        state.read(reading)
        return state.inventory.healthTargets
      }
      self.checker?.setTargets(targets)
      self.changes.continuation.yield()
    }
  }

  private func tell() async {
    for await _ in changes.stream {
      let unhealthy = checker?.unhealthy ?? []
      switch state.withLock({ $0.next(unhealthy: unhealthy) }) {
      case .nothing: continue
      case .content(let content): observer.onChange(content)
      case .error(let error): observer.onError(error)
      }
    }
  }
}
