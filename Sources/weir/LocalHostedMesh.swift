import LocalMesh
import Logging
import MeshModel
import MeshPicture
import MeshRuntime
import ServiceLifecycle
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The walkthrough's mesh: processes on this machine that the engine starts and watches over.
struct LocalHostedMesh: HostedMesh {
  private let plan: LocalMeshPlan
  private let running = RunningMeshes()

  init(_ options: EngineOptions) {
    plan = LocalMeshPlan(
      workloads: options.workloads ?? EngineOptions.defaultWorkloads,
      rate: options.rate ?? Double(EngineOptions.defaultRate)
    )
  }

  var start: MeshStart {
    MeshStart(
      name: EngineOptions.MeshKind.local.rawValue,
      rules: Walkthrough.rules(for: plan.workloads.labels),
      inventory: MeshInventory(services: [plan.service], workloads: plan.foreignWorkloads),
      title: "start: \(plan.workloads)"
    )
  }

  func services(
    for engine: MeshEngine,
    onReady: @escaping @Sendable () -> Void,
    logger: Logger
  ) -> [any Service] {
    [
      mesh([plan.service], plan.servers, engine, logger) { inventory in
        if inventory.workloads.count >= plan.servers.count { onReady() }
        var inventory = inventory
        inventory.workloads += plan.foreignWorkloads
        engine.setInventory(inventory)
      }
    ]
  }

  func clients(
    of xdsAddress: String,
    for engine: MeshEngine,
    logger: Logger
  ) -> [any Service] {
    [mesh([], plan.clients(of: xdsAddress), engine, logger) { _ in }]
  }

  private func mesh(
    _ services: [MeshService],
    _ children: [ChildCommand],
    _ engine: MeshEngine,
    _ logger: Logger,
    onInventory: @escaping @Sendable (MeshInventory) -> Void
  ) -> LocalMesh {
    let mesh = LocalMesh(
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
    running.add(mesh, of: children.map(\.id))
    return mesh
  }

  func control(_ id: String, _ action: ProcessAction) throws {
    guard let mesh = running.mesh(of: id) else {
      let known = running.ids.joined(separator: ", ")
      throw EngineError(.notFound, "no process is called \(id); there are: \(known)")
    }
    do {
      switch action {
      case .kill: try mesh.kill(id, signal: SIGKILL)
      case .restart: try mesh.restart(id)
      }
    } catch {
      throw EngineError(.refused, error.message)
    }
  }
}

/// What runs, by the IDs of its processes.
private final class RunningMeshes: Sendable {
  private let meshes = Mutex<[String: LocalMesh]>([:])

  var ids: [String] { meshes.withLock { $0.keys.sorted() } }

  func add(_ mesh: LocalMesh, of ids: [String]) {
    meshes.withLock { meshes in
      for id in ids { meshes[id] = mesh }
    }
  }

  func mesh(of id: String) -> LocalMesh? { meshes.withLock { $0[id] } }
}
