/// What one stream is to be told: a snapshot, and what is laid over it for this client alone.
struct ContentView: Sendable {
  let snapshot: Snapshot
  let overlay: StreamOverlay

  func table(_ type: ResourceType) -> SnapshotStorage.Table { snapshot.storage[type] }

  /// Changes whenever the content that `name` stands for does; 0 where there is none.
  func stamp(_ type: ResourceType, named name: String) -> UInt64 {
    if let told = overlay.replacement(type, named: name) { return told.stamp }
    let stamp = snapshot.storage.stamp(type, named: name)
    return stamp == 0 ? overlay.addition(type, named: name)?.stamp ?? 0 : stamp
  }

  /// The resource that `name` stands for; nil where there is none.
  func resource(_ type: ResourceType, named name: String) -> Resource? {
    overlay.replacement(type, named: name)?.resource
      ?? snapshot.resource(type, named: name)
      ?? overlay.addition(type, named: name)?.resource
  }

  /// The resource, or what is said of a name that there is none of.
  func answer(_ type: ResourceType, named name: String) -> Resource? {
    resource(type, named: name) ?? snapshot.storage.placeholder(type, named: name)
  }

  /// Whether nothing may be said of the name yet.
  func hides(_ type: ResourceType, named name: String) -> Bool {
    overlay.hidesOtherEndpoints && type == .endpoints
      && !overlay.replacements.contains { $0.resource.name == name }
  }

  /// What a wildcard gets beside the table.
  func additions(_ type: ResourceType) -> [Resource] {
    guard !overlay.additions.isEmpty else { return [] }
    let entries = table(type).entries
    return overlay.additions.map(\.resource).filter { $0.type == type && entries[$0.name] == nil }
  }

  /// The version of one resource on a delta stream.
  func versionText(_ type: ResourceType, named name: String) -> String {
    snapshot.storage.versionText(stamp(type, named: name))
  }
}

/// What one stream's client is told beside or instead of its snapshot.
struct StreamOverlay: Hashable, Sendable {
  struct Item: Hashable, Sendable {
    let resource: Resource
    let stamp: UInt64
    /// Tells this content from any other.
    let key: String

    init(_ resource: Resource, key: String) {
      self.resource = resource
      self.key = key
      // Far above any snapshot's serial.
      stamp = FNV1a(key).value | 1 << 62
    }

    static func == (left: Item, right: Item) -> Bool { left.key == right.key }

    func hash(into hasher: inout Hasher) { hasher.combine(key) }
  }

  /// For names that the snapshot lacks.
  var additions: [Item] = []
  /// Endpoints to tell instead of the snapshot's.
  var replacements: [Item] = []
  /// Whether of all other endpoints nothing is said.
  var hidesOtherEndpoints = false

  func addition(_ type: ResourceType, named name: String) -> Item? {
    additions.first { $0.resource.type == type && $0.resource.name == name }
  }

  func replacement(_ type: ResourceType, named name: String) -> Item? {
    replacements.first { $0.resource.type == type && $0.resource.name == name }
  }

  /// What tells its content of a type from that of other streams.
  func keys(_ type: ResourceType) -> [String] {
    if additions.isEmpty, replacements.isEmpty, !hidesOtherEndpoints { return [] }
    return (additions + replacements).filter { $0.resource.type == type }.map(\.key)
      + (hidesOtherEndpoints && type == .endpoints ? ["first"] : [])
  }
}
