package import Logging
import ServiceLifecycle
import Synchronization

/// Keeps child processes running: starts them, starts them again when they die, and stops them all
/// when it is stopped.
///
/// Each child's standard input is its ``Lifeline``. A child is a process group of its own, for two
/// reasons: ctrl-C in a terminal reaches us alone, and when we end while a child is stopped (SIGSTOP)
/// the kernel hangs up and continues its orphaned group.
package final class ProcessSupervisor: Sendable {
  package struct Settings: Sendable {
    package var backoff: RestartBackoff.Policy
    /// How long a child may take to end when it is told to, before it is killed.
    package var grace: Duration
    /// Numbers from 0 to 1 that spread the restarts.
    package var jitter: @Sendable () -> Double

    package init(
      backoff: RestartBackoff.Policy = RestartBackoff.Policy(),
      grace: Duration = .seconds(2),
      jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
      self.backoff = backoff
      self.grace = grace
      self.jitter = jitter
    }
  }

  let executable: String
  let settings: Settings
  let children: [ChildCommand]
  let logger: Logger
  let handles: Mutex<[String: ChildHandle]>

  package init(
    _ children: [ChildCommand],
    executable: String = OwnExecutable.path,
    settings: Settings = Settings(),
    logger: Logger
  ) {
    self.children = children
    self.executable = executable
    self.settings = settings
    self.logger = logger
    handles = Mutex(
      Dictionary(children.map { ($0.id, ChildHandle()) }, uniquingKeysWith: { first, _ in first })
    )
  }

  /// Runs all children until the task is cancelled or the service group shuts down, and returns when
  /// the last of them is gone.
  ///
  /// `onEvent` is called from the child's own task, in the order of what happens to it.
  package func run(onEvent: @escaping @Sendable (ChildCommand, ChildEvent) -> Void) async {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        for child in self.children {
          group.addTask { await self.supervise(child, onEvent: onEvent) }
        }
      }
    }
  }

  /// Sends a signal to a child that runs.
  package func kill(_ id: String, signal: Int32) throws(LocalMeshError) {
    let result = try withHandle(id) { handle in handle.send(signal) }
    switch result {
    case .sent:
      return
    case .notRunning:
      throw LocalMeshError(.processNotRunning, "\(id) does not run just now; wait until it does")
    case .refused(let error):
      throw LocalMeshError(.signalRefused, "signal \(signal) to \(id) failed: \(error)")
    }
  }

  /// Ends a child if it runs, and starts it again without delay.
  package func restart(_ id: String) throws(LocalMeshError) {
    let bell = try withHandle(id) { handle in handle.requestRestart() }
    bell?.finish()
  }

  private func withHandle<Result: Sendable>(
    _ id: String,
    _ body: (inout ChildHandle) -> Result
  ) throws(LocalMeshError) -> Result {
    let result = handles.withLock { handles in
      handles[id] == nil ? nil : body(&handles[id, default: ChildHandle()])
    }
    guard let result else {
      let known = children.map(\.id).joined(separator: ", ")
      throw LocalMeshError(.processUnknown, "no process is called \(id); there are: \(known)")
    }
    return result
  }
}
