import Logging
import MeshModel
import MeshPicture
import MeshRuntime
import ServiceLifecycle

/// A mesh that the engine runs for: where its rules and its inventory come from.
protocol HostedMesh: Sendable {
  /// What the engine starts with.
  var start: MeshStart { get }

  /// The services that keep the inventory up to date, and tell the engine what changes.
  ///
  /// They call `onReady` once the control plane may listen; it waits only a while for it.
  func services(
    for engine: MeshEngine,
    onReady: @escaping @Sendable () -> Void,
    logger: Logger
  ) -> [any Service]

  /// The services that want the control plane to listen already, at this `host:port`.
  func clients(
    of xdsAddress: String,
    for engine: MeshEngine,
    logger: Logger
  ) -> [any Service]

  /// Kills or restarts a process that runs for the mesh.
  ///
  /// - Throws: `EngineError`: `notFound`, or `refused` where the mesh runs none.
  func control(_ id: String, _ action: ProcessAction) throws
}

extension HostedMesh {
  func control(_ id: String, _ action: ProcessAction) throws {
    throw EngineError(
      .refused,
      "\(id) is not run by this engine, so it can't \(action.rawValue) it"
    )
  }
}

/// What an engine starts with.
struct MeshStart: Sendable {
  /// `local` or `external`.
  var name: String
  /// The first revision, or what the source of the rules says now.
  var rules: MeshRules
  /// What runs at the start, beside what the rules' entries tell of.
  var inventory: MeshInventory
  /// That of the first revision.
  var title: String
  /// What an operator should know of it, a sentence each.
  var warnings: [String] = []
}
