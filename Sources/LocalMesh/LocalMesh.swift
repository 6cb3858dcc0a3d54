package import Logging
package import MeshModel
package import MeshPicture
import ServiceLifecycle
import Synchronization

/// A mesh of real processes on this machine: workloads and clients of this same program, started,
/// watched and stopped with the engine.
package final class LocalMesh: Service {
  /// Who is told what happens; one call at a time, in order, from any task.
  package struct Observer: Sendable {
    /// A process changed: its ID, what it is, and how it is now.
    package var onProcess: @Sendable (String, ChildCommand.Kind, ProcessPicture) -> Void
    /// A workload is ready, or gone.
    ///
    /// Also called once at the start, with none.
    package var onInventory: @Sendable (MeshInventory) -> Void

    package init(
      onProcess: @escaping @Sendable (String, ChildCommand.Kind, ProcessPicture) -> Void,
      onInventory: @escaping @Sendable (MeshInventory) -> Void
    ) {
      self.onProcess = onProcess
      self.onInventory = onInventory
    }
  }

  private enum Change: Sendable {
    case began
    case child(ChildCommand, ChildEvent)
  }

  private let supervisor: ProcessSupervisor
  private let delivery: OrderedDelivery<Change>

  package init(
    services: [MeshService],
    children: [ChildCommand],
    executable: String = OwnExecutable.path,
    settings: ProcessSupervisor.Settings = ProcessSupervisor.Settings(),
    observer: Observer,
    logger: Logger
  ) {
    supervisor = ProcessSupervisor(
      children,
      executable: executable,
      settings: settings,
      logger: logger
    )
    let state = Mutex(LocalMeshState(services: services, children: children))
    delivery = OrderedDelivery { change in
      switch change {
      case .began:
        observer.onInventory(state.withLock { $0.inventory })
      case .child(let child, let event):
        let update = state.withLock { $0.apply(event, to: child) }
        observer.onProcess(child.id, child.kind, update.picture)
        if let inventory = update.inventory { observer.onInventory(inventory) }
      }
    }
  }

  /// Keeps the processes running until the service group shuts down or the task is cancelled, and
  /// returns when none is left.
  package func run() async {
    let delivery = delivery
    delivery.deliver(.began)
    await supervisor.run { child, event in
      delivery.deliver(.child(child, event))
    }
    // A mesh without processes of its own has nothing to wait for, but is no less there.
    try? await gracefulShutdown()
  }

  /// Sends a signal to a process, such as 9 to kill it.
  package func kill(_ id: String, signal: Int32) throws(LocalMeshError) {
    try supervisor.kill(id, signal: signal)
  }

  /// Ends a process if it runs, and starts it again without delay.
  package func restart(_ id: String) throws(LocalMeshError) {
    try supervisor.restart(id)
  }
}
