package import MeshModel

/// A child process to keep running: what it is, and how to start it.
package struct ChildCommand: Hashable, Sendable, Identifiable {
  package enum Kind: Hashable, Sendable {
    /// A workload; its address and port come with its ready line.
    case workload(Workload)
    /// A client of the mesh.
    case client
  }

  /// Unique in the mesh, such as `dubbo-go-server-v1-1` or `client-admin`.
  package var id: String
  package var kind: Kind
  package var arguments: [String]
  /// What its environment has beyond ours; nil takes a variable away.
  package var environment: [String: String?]

  package init(
    id: String,
    kind: Kind,
    arguments: [String],
    environment: [String: String?] = [:]
  ) {
    self.id = id
    self.kind = kind
    self.arguments = arguments
    self.environment = environment
  }
}
