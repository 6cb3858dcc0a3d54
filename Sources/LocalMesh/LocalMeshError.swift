/// What is wrong with a request to the local mesh: what was found, and what was wanted.
package struct LocalMeshError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, Hashable, Sendable {
    case workloadsMalformed
    case headerMalformed
    /// There is no process of that ID.
    case processUnknown
    /// It does not run just now.
    case processNotRunning
    case lifelineMissing
    /// The system refused to signal it.
    case signalRefused
  }

  package let code: Code
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
