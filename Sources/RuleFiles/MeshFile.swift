package import MeshModel

/// One object of a file, and where it stands.
package struct MeshDocument: Hashable, Sendable {
  package var object: MeshObject
  package var source: SourceMap
  /// For each rule of a VirtualService its index in the file's `spec.http`, which may have more.
  package var ruleIndices: [Int]

  /// Where a rule stands, told by its index in the model.
  package func place(ofRule index: Int) -> SourcePlace {
    guard ruleIndices.indices.contains(index) else { return source.place(of: "spec.http") }
    return source.place(of: "spec.http[\(ruleIndices[index])]")
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
