internal import RuleFiles
internal import ServiceLifecycle
internal import Synchronization

/// The files of a mesh that somebody else runs: its services, endpoints and rules stand in them, and
/// they are watched.
package final class ExternalMesh: Service {
  /// Who is told what the files say; one call at a time, in order, from any task.
  package struct Observer: Sendable {
    /// The files say something else than before, or can be read again after an error.
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

    package init(
      pollInterval: Duration = .milliseconds(500),
      settleTime: Duration = .milliseconds(100)
    ) {
      self.pollInterval = pollInterval
      self.settleTime = settleTime
    }
  }

  private let observer: Observer
  private let watch: FileWatch
  private let told: Mutex<ExternalMeshState>

  /// Watches files and directories: see ``ExternalMeshContent/init(paths:)``.
  ///
  /// `initial` is what was read from them for the start; it isn't told again while it holds. Where it
  /// is nil, the first reading is told.
  package init(
    paths: [String],
    initial: ExternalMeshContent?,
    settings: Settings = Settings(),
    observer: Observer
  ) {
    self.observer = observer
    watch = FileWatch(
      paths: paths,
      pollInterval: settings.pollInterval,
      settleTime: settings.settleTime
    )
    told = Mutex(ExternalMeshState(told: initial))
  }

  /// Watches until the service group shuts down or the task is cancelled.
  package func run() async {
    await cancelWhenGracefulShutdown {
      await self.watch.run { files in
        let reading = Result { () throws(ExternalMeshError) in try ExternalMeshContent(files) }
        self.tell(reading)
      }
    }
  }

  private func tell(_ reading: Result<ExternalMeshContent, ExternalMeshError>) {
    guard told.withLock({ $0.isNews(reading) }) else { return }
    switch reading {
    case .success(let content): observer.onChange(content)
    case .failure(let error): observer.onError(error)
    }
  }
}
