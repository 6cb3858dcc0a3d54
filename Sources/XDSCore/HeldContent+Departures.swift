extension HeldContent {
  /// The resources that a wildcard client holds and the snapshot lacks.
  func departures(_ view: ContentView) -> [Kept] {
    let table = view.table(type)
    if let brought {
      return brought.keys.sorted().filter { view.stamp(type, named: $0) == 0 }
        .map { Kept(name: $0, entry: nil) }
    }
    guard let wildcard else { return removals(view) }
    if wildcard.serial == table.serial { return kept }
    let gone = table.names(changedSince: wildcard).filter {
      wildcard.entries[$0] != nil && view.stamp(type, named: $0) == 0
    }
    return kept.filter { view.stamp(type, named: $0.name) == 0 }
      + gone.map { Kept(name: $0, entry: wildcard.entries[$0]) }
  }

  /// The clusters of earlier snapshots that a client which doesn't name them may have.
  private func removals(_ view: ContentView) -> [Kept] {
    let mayReturnUnseen = view.snapshot.profile.mayReturnUnseen
    guard type == .cluster, mayReturnUnseen || returnedVersion != nil else { return [] }
    return view.snapshot.storage.removedClusters.filter { removal in
      mayReturnUnseen || returnedVersion.map(removal.mayBeHeld) == true
    }
    .map { Kept(name: $0.resource.name, entry: Entry(resource: $0.resource, stamp: $0.serial)) }
  }
}
