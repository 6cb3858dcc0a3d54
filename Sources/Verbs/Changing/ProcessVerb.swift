package import MeshPicture

/// `weir kill` and `weir restart`: a process of a mesh that the engine hosts.
package struct ProcessVerb: Sendable {
  package var id: String
  package var action: ProcessAction

  package init(id: String, action: ProcessAction) {
    self.id = id
    self.action = action
  }

  /// - Throws: `EngineError`.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    try await engine.control(process: id, action)
    let past = action == .kill ? "killed" : "restarted"
    try await output.write("\(id) \(past)")
    return .done
  }
}
