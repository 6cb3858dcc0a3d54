extension HeldContent {
  /// What the client was told of a name.
  enum Standing: Hashable, Sendable {
    case untold, told, absent, refused
  }

  /// What the client was told of each name that it asks for or was sent, sorted.
  func standings(
    _ view: ContentView,
    _ subscription: Subscription
  ) -> [(name: String, standing: Standing, stamp: UInt64)] {
    var all: [String: (Standing, UInt64)] = [:]
    for (name, entry) in wildcard?.entries ?? [:] {
      all[name] = (refused.contains(name) ? .refused : .told, entry.stamp)
    }
    for kept in kept { all[kept.name] = (.told, kept.entry?.stamp ?? 0) }
    for (name, stamp) in zip(subscription.names, stamps) {
      switch stamp {
      case 0: all[name] = (.absent, 0)
      case Stamp.neverSent, Stamp.unknown: all[name] = all[name] ?? (.untold, 0)
      case Stamp.repeated: all[name] = (.told, view.stamp(type, named: name))
      default: all[name] = (refused.contains(name) ? .refused : .told, stamp)
      }
    }
    return all.sorted { $0.key < $1.key }.map { ($0.key, $0.value.0, $0.value.1) }
  }
}
