import LocalMesh
import Logging
import MeshModel
import MeshRuntime
import ServiceLifecycle

/// The walkthrough's mesh: processes on this machine that the engine starts and watches over.
struct LocalHostedMesh: HostedMesh {
  private let plan: LocalMeshPlan

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
}
