internal import MeshModel
package import RuleFiles

extension ExternalMeshContent {
  /// What files come to that were read already.
  ///
  /// - Throws: What is wrong with them.
  package init(_ files: MeshFiles) throws(ExternalMeshError) {
    let errors = files.errors
    guard errors.isEmpty else { throw ExternalMeshError(errors: errors) }
    self.init(rules: files.allRules, inventory: files.inventory, warnings: files.warnings)
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

extension MeshFiles {
  /// The rules with the entries that services and workloads are made of.
  fileprivate var allRules: MeshRules {
    var rules = rules
    rules.serviceEntries = []
    rules.workloadEntries = []
    for document in documents {
      switch document.object {
      case .serviceEntry(let entry): rules.serviceEntries.append(entry)
      case .workloadEntry(let entry): rules.workloadEntries.append(entry)
      case .virtualService, .destinationRule: break
      }
    }
    return rules
  }
}
