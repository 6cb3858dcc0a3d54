import Logging
import MeshModel
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
}

/// The first revision, and what runs at the start.
struct MeshStart: Sendable {
  /// `local` or `external`.
  var name: String
  var rules: MeshRules
  var inventory: MeshInventory
  var title: String
  /// What an operator should know of it, a sentence each.
  var warnings: [String] = []
}
