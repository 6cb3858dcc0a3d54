package import MeshModel
package import RuleFiles

/// What the files of an external mesh say, all of them together.
package struct ExternalMeshContent: Hashable, Sendable {
  /// ServiceEntries and WorkloadEntries too.
  package var rules: MeshRules
  /// What the entries come to.
  package var inventory: MeshInventory
  /// What isn't applied or will hardly do what was meant, with its places.
  ///
  /// What the engine's own checks say of the rules isn't among it.
  package var warnings: [FileFinding]

  package init(
    rules: MeshRules = MeshRules(),
    inventory: MeshInventory = MeshInventory(),
    warnings: [FileFinding] = []
  ) {
    self.rules = rules
    self.inventory = inventory
    self.warnings = warnings
  }
}
