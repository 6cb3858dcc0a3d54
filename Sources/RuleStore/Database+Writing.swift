internal import Crypto
internal import Foundation
internal import GRDB
internal import MeshModel
internal import MeshPicture
internal import MeshRuntime
internal import RuleFiles

extension Database {
  /// Adds a revision without its rules.
  func insert(_ entry: StoredRevision) throws {
    let revision = entry.revision
    let statement = try cachedStatement(
      sql: """
        INSERT INTO revisions (number, time, author, cause, title, kind, step_title)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    )
    try statement.execute(arguments: [
      Int64(revision.number), revision.time.microseconds, revision.author, revision.cause,
      revision.title, entry.kind.rawValue, entry.stepTitle,
    ])
  }

  /// Adds a revision's rules: what differs from the revision before.
  func put(_ revision: Revision, after before: WrittenRevision?) throws -> WrittenRevision {
    var written = WrittenRevision(number: revision.number, rules: revision.rules, slots: [:])
    for kind in MeshObjectKind.allCases {
      let old = before?.rules.objects(of: kind) ?? []
      let oldSlots = before?.slots[kind] ?? []
      var slots: [WrittenRevision.Slot] = []
      for (position, object) in revision.rules.objects(of: kind).enumerated() {
        if position < old.count, old[position] == object {
          slots.append(oldSlots[position])
          continue
        }
        if position < old.count { try close(kind, position, oldSlots[position], revision.number) }
        let id = try id(of: object)
        try open(kind, position, id, revision.number)
        slots.append(WrittenRevision.Slot(object: id, since: revision.number))
      }
      for position in slots.count..<max(slots.count, old.count) {
        try close(kind, position, oldSlots[position], revision.number)
      }
      written.slots[kind] = slots
    }
    return written
  }

  private func open(
    _ kind: MeshObjectKind,
    _ position: Int,
    _ object: Int64,
    _ revision: UInt64
  ) throws {
    let statement = try cachedStatement(
      sql: "INSERT INTO revision_objects (kind, position, since, object) VALUES (?, ?, ?, ?)"
    )
    try statement.execute(arguments: [kind.rawValue, position, Int64(revision), object])
  }

  private func close(
    _ kind: MeshObjectKind,
    _ position: Int,
    _ slot: WrittenRevision.Slot,
    _ revision: UInt64
  ) throws {
    let statement = try cachedStatement(
      sql: "UPDATE revision_objects SET until = ? WHERE kind = ? AND position = ? AND since = ?"
    )
    try statement.execute(arguments: [
      Int64(revision) - 1, kind.rawValue, position, Int64(slot.since),
    ])
  }

  /// The ID of an object's content, which is added where it is new.
  private func id(of object: MeshObject) throws -> Int64 {
    let json = RuleWriter.json(object)
    let digest = SHA256.hash(data: Array(json.utf8)).withUnsafeBytes { Data($0) }
    let known = try cachedStatement(sql: "SELECT id FROM objects WHERE digest = ?")
    if let id = try Int64.fetchOne(known, arguments: [digest]) { return id }
    let statement = try cachedStatement(
      sql: "INSERT INTO objects (digest, kind, namespace, name, json) VALUES (?, ?, ?, ?, ?)"
    )
    try statement.execute(arguments: [
      digest, object.kind.rawValue, object.name.namespace, object.name.name, json,
    ])
    return lastInsertedRowID
  }

  // MARK: The source

  /// Replaces what the rules' source said.
  func setSource(_ rules: MeshRules, at revision: UInt64) throws {
    try execute(sql: "DELETE FROM source_objects; DELETE FROM source;")
    try execute(sql: "INSERT INTO source (revision) VALUES (?)", arguments: [Int64(revision)])
    let statement = try cachedStatement(
      sql: "INSERT INTO source_objects (kind, position, object) VALUES (?, ?, ?)"
    )
    for kind in MeshObjectKind.allCases {
      for (position, object) in rules.objects(of: kind).enumerated() {
        try statement.execute(arguments: [kind.rawValue, position, try id(of: object)])
      }
    }
  }

  // MARK: Pruning

  /// Removes revisions beyond what is to be kept, and what only they had.
  func prune(to settings: RuleStore.Settings) throws {
    guard
      let bounds = try Row.fetchOne(self, sql: "SELECT min(number), max(number) FROM revisions"),
      let first: Int64 = bounds[0], let last: Int64 = bounds[1]
    else { return }
    var oldest = max(first, last - Int64(settings.keptRevisions) + 1)
    if try usedBytes > settings.sizeLimit { oldest = max(oldest, first + (last - first) / 4) }
    guard oldest > first else { return }
    try execute(sql: "DELETE FROM revisions WHERE number < ?", arguments: [oldest])
    try execute(sql: "DELETE FROM revision_objects WHERE until < ?", arguments: [oldest])
    try execute(
      sql: """
        DELETE FROM objects
        WHERE id NOT IN (SELECT object FROM revision_objects)
          AND id NOT IN (SELECT object FROM source_objects)
        """
    )
  }

  /// What the database takes but for free pages.
  var usedBytes: Int {
    get throws {
      let pages = try Int.fetchOne(self, sql: "PRAGMA page_count") ?? 0
      let free = try Int.fetchOne(self, sql: "PRAGMA freelist_count") ?? 0
      let size = try Int.fetchOne(self, sql: "PRAGMA page_size") ?? 0
      return (pages - free) * size
    }
  }
}
