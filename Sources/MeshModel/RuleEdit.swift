/// One change that an operator asks for.
///
/// Weight edits are relative to the newest revision, so that keys pressed faster than pictures come
/// are never lost.
package enum RuleEdit: Hashable, Sendable {
  /// Moves `amount` percentage points of the rule's weight to (or, if negative, from) a destination;
  /// the other destinations give (or get) it in proportion, and the sum stays as it is, or becomes
  /// 100 where it was less.
  case shiftWeight(RuleAddress, destination: Int, amount: Int)
  /// Sets all weights of a rule, one a destination, in order.
  case setWeights(RuleAddress, [Weight])
  /// Gives all destinations of a rule the same weight.
  case evenWeights(RuleAddress)
  /// Replaces a rule's matches.
  case setMatches(RuleAddress, [HTTPMatch])
  /// Inserts a rule so that it gets the index of the address.
  case insertRule(RuleAddress, HTTPRoute)
  case deleteRule(RuleAddress)
  /// Moves a rule to another index of the same VirtualService.
  case moveRule(RuleAddress, to: Int)
  /// Adds objects, or puts them in the place of those of the same kind and name.
  case applyObjects([MeshObject])
  case deleteObjects([MeshObjectKey])
  /// Replaces the whole book; `title` says with what.
  case replaceRules(MeshRules, title: String)
}

/// Where a rule stands: its VirtualService and its index in `http`, from 0.
package struct RuleAddress: Hashable, Sendable {
  package var virtualService: ResourceName
  package var index: Int

  package init(virtualService: ResourceName, index: Int) {
    self.virtualService = virtualService
    self.index = index
  }
}
