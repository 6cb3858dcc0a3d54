package import RuleFiles

extension ExternalMeshContent {
  /// What files come to that were read already.
  ///
  /// - Throws: What is wrong with them.
  package init(_ files: MeshFiles) throws(ExternalMeshError) {
    let errors = files.errors
    guard errors.isEmpty else { throw ExternalMeshError(errors: errors) }
    self.init(rules: files.rules, inventory: files.inventory, warnings: files.warnings)
  }

  /// Reads files and directories once.
  ///
  /// - Parameter paths: Files, or directories: of these the files directly in them whose names end in
  ///   `.yaml`, `.yml` or `.json`, by name.
  /// - Throws: Everything that is wrong with them.
  package init(paths: [String]) throws(ExternalMeshError) {
    try self.init(FileListing(paths: paths).read())
  }
}
