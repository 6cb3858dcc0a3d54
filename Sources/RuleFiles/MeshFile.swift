package import MeshModel

/// One object of a file, and where it stands.
package struct MeshDocument: Hashable, Sendable {
  package var object: MeshObject
  package var source: SourceMap

  /// Where a part stands, such as `spec.http[2].route[0]`; the whole `spec` where the path is empty.
  package func place(of path: String) -> SourcePlace {
    source.place(of: path.isEmpty ? "spec" : path)
  }
}

/// What a file says.
package struct MeshFile: Hashable, Sendable {
  /// As it was named by who read it.
  package var name: String
  /// The objects that could be read, in the file's order; those with an error are not among them.
  package var documents: [MeshDocument]
  /// In the file's order.
  package var findings: [FileFinding]

  package init(name: String, documents: [MeshDocument] = [], findings: [FileFinding] = []) {
    self.name = name
    self.documents = documents
    self.findings = findings
  }
}
