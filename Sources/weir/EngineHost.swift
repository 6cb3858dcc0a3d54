import ControlPlane
import LocalMesh
import Logging
import MeshModel
import MeshRuntime
import ServiceLifecycle
import Synchronization
import SystemClock

/// The engine and everything that runs with it: control plane and mesh, wired to each other.
struct EngineHost: Sendable {
  /// What the services may take to stop before they are cancelled.
  private static let grace = Duration.seconds(3)
  /// How long the control plane and the clients wait for the workloads.
  private static let patience = Duration.seconds(2)

  let engine: MeshEngine
  private let plan: LocalMeshPlan
  private let controlPlane: ControlPlane
  private let logger: Logger

  init(_ options: EngineOptions, logger: Logger) throws {
    // The control plane tells the engine of its clients, the engine gives it what to serve.
    let box = EngineBox()
    let controlPlane = ControlPlane(
      configuration: options.listen.map { .init(host: $0.host, port: $0.port) } ?? .init(),
      onEvent: { box.engine?.record($0) },
      onCalls: { box.engine?.record(calls: $0, dropped: $1) },
      clock: { .now() },
      logger: logger
    )
    let plan = LocalMeshPlan(workloads: options.workloads, rate: options.rate)
    let engine = try MeshEngine(
      meshName: options.mesh.rawValue,
      boot: Self.bootID(),
      rules: Walkthrough.rules(for: plan.workloads.labels),
      title: "start: \(plan.workloads)",
      inventory: MeshInventory(services: [plan.service], workloads: plan.foreignWorkloads),
      clock: .init(wall: { .now() }, monotonic: { .now() }),
      publish: { controlPlane.publish($0) },
      onEvent: { logger.log($0) }
    )
    box.engine = engine
    self.plan = plan
    self.controlPlane = controlPlane
    self.engine = engine
    self.logger = logger
  }

  /// Runs the services while the body runs, then stops them.
  ///
  /// Workloads start first, so that a client that returns to a restarted engine is never told that
  /// there are none; then the control plane listens, then clients and body start.
  ///
  /// - Throws: What ended the control plane, such as a busy port; or what the body threw.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let ready = AsyncStream.makeStream(of: Void.self)
    let workloads = mesh([plan.service], plan.servers) { inventory in
      if inventory.workloads.count >= plan.servers.count { ready.continuation.finish() }
      var inventory = inventory
      inventory.workloads += plan.foreignWorkloads
      engine.setInventory(inventory)
    }
    var configuration = ServiceGroupConfiguration(
      services: [.init(service: workloads)],
      logger: logger
    )
    configuration.maximumGracefulShutdownDuration = Self.grace
    let services = ServiceGroup(configuration: configuration)
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask {
        try await services.run()
        return nil
      }
      group.addTask {
        await waitForEnd(of: ready.stream)
        await services.addServiceUnlessShutdown(controlPlane)
        let address = try await controlPlane.boundAddress
        await services.addServiceUnlessShutdown(
          mesh([], plan.clients(of: address.description)) { _ in }
        )
        return try await body()
      }
      do {
        var result: Result?
        while result == nil, let finished = try await group.next() { result = finished }
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
        guard let result else { throw CancellationError() }
        return result
      } catch {
        await services.triggerGracefulShutdown()
        throw error
      }
    }
  }

  private func mesh(
    _ services: [MeshService],
    _ children: [ChildCommand],
    onInventory: @escaping @Sendable (MeshInventory) -> Void
  ) -> LocalMesh {
    LocalMesh(
      services: services,
      children: children,
      observer: LocalMesh.Observer(
        onProcess: { id, kind, picture in
          engine.noteProcess(id: id, kind: kind == .client ? .client : .workload, picture)
        },
        onInventory: onInventory
      ),
      logger: logger
    )
  }

  /// Waits until the stream ends, but not beyond the patience.
  private func waitForEnd(of stream: AsyncStream<Void>) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in stream {} }
      group.addTask { try? await Task.sleep(for: Self.patience) }
      await group.next()
      group.cancelAll()
    }
  }

  /// Letters and digits that no earlier run had.
  private static func bootID() -> String {
    String(UInt64(Timestamp.now().microseconds), radix: 36)
  }
}

/// Holds the engine for callbacks that were made before it was.
private final class EngineBox: Sendable {
  private let value = Mutex<MeshEngine?>(nil)

  var engine: MeshEngine? {
    get { value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }
}
