/// What is to be said of an entry that services or workloads are made from.
package struct EntryFinding: Hashable, Sendable {
  package var severity: Finding.Severity
  package var code: MeshConfigError.Code
  /// One sentence with the entry's name, what was found and what was wanted.
  package var message: String
  package var kind: MeshObjectKind
  package var object: ResourceName
  /// Where in the entry's `spec`, such as `endpoints[0].address`; empty for the whole of it.
  package var path: String

  package init(
    _ severity: Finding.Severity,
    _ code: MeshConfigError.Code,
    _ message: String,
    kind: MeshObjectKind,
    object: ResourceName,
    path: String
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.kind = kind
    self.object = object
    self.path = path
  }
}
