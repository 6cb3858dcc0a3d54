import ControlPlane
import MeshModel

/// What the engine's host tells an operator who has no console, a sentence each.
enum HostMessage: Sendable {
  /// That something is up, and where.
  case status(String)
  case warning(String)

  /// Prints it to stderr.
  func print() {
    switch self {
    case .status(let text): printMessage(text)
    case .warning(let text): printMessage("warning: \(text)")
    }
  }
}

extension HostMessage {
  /// That xDS is served.
  static func serving(
    on address: ListenAddress,
    _ tls: ControlPlane.TLS?,
    meshName: String,
    _ inventory: MeshInventory
  ) -> HostMessage {
    let protection =
      switch tls {
      case nil: "in plaintext"
      case let tls? where tls.clientCAFile != nil: "by mutual TLS"
      case _?: "by TLS"
      }
    let services = counted(inventory.services.count, "service")
    let endpoints = counted(inventory.workloads.count, "endpoint")
    return .status(
      "serving xDS on \(address) \(protection), mesh \(meshName): \(services), \(endpoints)"
    )
  }
}

/// A number with its noun, in the plural where it takes one.
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
