/// What is wrong with a flag that names a log.
package struct CallLogError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// It is not written as `NODE=FILE`.
    case malformed
  }

  package let code: Code
  /// A sentence for an operator.
  package let message: String

  package var description: String { message }
}
