package import RuleFiles

/// Why the files of an external mesh can't be used.
package struct ExternalMeshError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One at least, by file and line.
  package var errors: [FileFinding]

  package init(errors: [FileFinding]) {
    self.errors = errors
  }

  /// One line an error.
  package var description: String {
    errors.map(\.description).joined(separator: "\n")
  }
}
