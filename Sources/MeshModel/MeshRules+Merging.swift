extension MeshRules {
  /// These rules with what changed in their source, such as files, taken over.
  ///
  /// Objects that the source left as they were keep what the operator made of them since; those that
  /// it changed, added or removed follow the source. What only the operator made stays.
  ///
  /// - Parameters:
  ///   - old: What the source said before.
  ///   - new: What it says now.
  /// - Returns: The rules, and the objects whose edits by the operator were replaced.
  package func merging(
    from old: MeshRules,
    to new: MeshRules
  ) -> (rules: MeshRules, overridden: [ResourceName]) {
    let services = Merge(virtualServices, old.virtualServices, new.virtualServices, by: \.name)
    let rules = Merge(destinationRules, old.destinationRules, new.destinationRules, by: \.name)
    let entries = Merge(serviceEntries, old.serviceEntries, new.serviceEntries, by: \.name)
    let workloads = Merge(workloadEntries, old.workloadEntries, new.workloadEntries, by: \.name)
    return (
      MeshRules(
        virtualServices: services.result,
        destinationRules: rules.result,
        serviceEntries: entries.result,
        workloadEntries: workloads.result
      ),
      services.overridden + rules.overridden + entries.overridden + workloads.overridden
    )
  }

  /// What differs from older rules, in words such as `VirtualService shop changed`; empty where
  /// nothing does.
  package func changes(since old: MeshRules) -> [String] {
    Self.changes(.virtualService, virtualServices, old.virtualServices, by: \.name)
      + Self.changes(.destinationRule, destinationRules, old.destinationRules, by: \.name)
      + Self.changes(.serviceEntry, serviceEntries, old.serviceEntries, by: \.name)
      + Self.changes(.workloadEntry, workloadEntries, old.workloadEntries, by: \.name)
  }

  private static func changes<Object: Equatable>(
    _ kind: MeshObjectKind,
    _ new: [Object],
    _ old: [Object],
    by name: (Object) -> ResourceName
  ) -> [String] {
    let kind = kind.rawValue
    let before = Dictionary(old.map { (name($0), $0) }) { first, _ in first }
    let after = Set(new.map(name))
    let changed = new.compactMap { object -> String? in
      guard let was = before[name(object)] else { return "\(kind) \(name(object).name) added" }
      return was == object ? nil : "\(kind) \(name(object).name) changed"
    }
    let removed = old.map(name).filter { !after.contains($0) }
    return changed + removed.map { "\(kind) \($0.name) removed" }
  }
}

/// A three-way merge of objects of one kind, in the order of the source.
private struct Merge<Object: Equatable> {
  private(set) var result: [Object] = []
  private(set) var overridden: [ResourceName] = []

  init(_ mine: [Object], _ old: [Object], _ new: [Object], by name: (Object) -> ResourceName) {
    let current = Dictionary(mine.map { (name($0), $0) }) { first, _ in first }
    let before = Dictionary(old.map { (name($0), $0) }) { first, _ in first }
    for object in new {
      let key = name(object)
      if before[key] == object, let kept = current[key] {
        result.append(kept)
      } else {
        result.append(object)
        if let edited = current[key], edited != before[key], edited != object {
          overridden.append(key)
        }
      }
    }
    let told = Set((old + new).map(name))
    result += mine.filter { !told.contains(name($0)) }
  }
}
