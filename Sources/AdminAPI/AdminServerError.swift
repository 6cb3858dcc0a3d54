/// What keeps the admin API from being served.
package struct AdminServerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was found, what was wanted and where.
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
