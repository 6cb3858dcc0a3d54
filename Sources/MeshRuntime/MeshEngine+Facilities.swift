package import MeshPicture
package import XDSCore

extension MeshEngine {
  /// What the program around an engine knows, and does for it.
  package struct Facilities: Sendable {
    /// Weir's version.
    package var version: String
    package var processID: Int
    /// Where revisions are stored; empty where they are not.
    package var store: String
    /// Writes a resource as protobuf's JSON, over several lines and in a stable order.
    package var json: @Sendable (Resource, NodeProfile) throws -> String
    /// See ``EngineOperations/control(process:_:)``.
    package var control: @Sendable (String, ProcessAction) async throws -> Void

    /// What is not given is refused when it is asked for.
    package init(
      version: String = "",
      processID: Int = 0,
      store: String = "",
      json: @escaping @Sendable (Resource, NodeProfile) throws -> String = { _, _ in
        throw EngineError(.refused, "this engine writes no JSON")
      },
      control: @escaping @Sendable (String, ProcessAction) async throws -> Void = { id, _ in
        throw EngineError(.refused, "\(id) is not run by this engine")
      }
    ) {
      self.version = version
      self.processID = processID
      self.store = store
      self.json = json
      self.control = control
    }
  }
}
