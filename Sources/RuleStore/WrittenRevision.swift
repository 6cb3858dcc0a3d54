internal import GRDB
internal import MeshModel
internal import MeshPicture

/// The newest revision and where its objects are stored.
struct WrittenRevision: Sendable {
  /// What stands at one position.
  struct Slot: Sendable {
    let object: Int64
    /// The first revision in which it stood there.
    let since: UInt64
  }

  var number: UInt64
  var rules: MeshRules
  /// By kind and position.
  var slots: [MeshObjectKind: [Slot]]

  /// What a store ends with; nil for an empty one.
  static func newest(in database: Database, _ path: String) throws -> WrittenRevision? {
    guard let number = try database.newestNumber(path),
      let revision = try database.revision(number, path)
    else { return nil }
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT kind, object, since FROM revision_objects WHERE until IS NULL
        ORDER BY kind, position
        """
    )
    var slots: [MeshObjectKind: [Slot]] = [:]
    for row in rows {
      guard let kind = MeshObjectKind(rawValue: row["kind"]) else { continue }
      let since: Int64 = row["since"]
      slots[kind, default: []].append(Slot(object: row["object"], since: UInt64(since)))
    }
    return WrittenRevision(number: number, rules: revision.rules, slots: slots)
  }
}

extension MeshRules {
  /// The objects of a kind, in the book's order.
  func objects(of kind: MeshObjectKind) -> [MeshObject] {
    switch kind {
    case .virtualService: virtualServices.map(MeshObject.virtualService)
    case .destinationRule: destinationRules.map(MeshObject.destinationRule)
    case .serviceEntry: serviceEntries.map(MeshObject.serviceEntry)
    case .workloadEntry: workloadEntries.map(MeshObject.workloadEntry)
    }
  }

  mutating func append(_ object: MeshObject) {
    switch object {
    case .virtualService(let service): virtualServices.append(service)
    case .destinationRule(let rule): destinationRules.append(rule)
    case .serviceEntry(let entry): serviceEntries.append(entry)
    case .workloadEntry(let entry): workloadEntries.append(entry)
    }
  }
}
