internal import Crypto
internal import Foundation
internal import GRDB
internal import MeshModel
internal import MeshPicture
internal import MeshRuntime
internal import RuleFiles

extension Database {
  /// The newest revision's number; nil for an empty store.
  ///
  /// - Throws: ``RuleStoreError`` where numbers are missing before it.
  func newestNumber(_ path: String) throws -> UInt64? {
    guard
      let row = try Row.fetchOne(
        self,
        sql: "SELECT count(*), min(number), max(number) FROM revisions"
      ),
      let count: Int64 = row[0], let first: Int64 = row[1], let last: Int64 = row[2]
    else { return nil }
    guard last - first + 1 == count else {
      throw RuleStoreError(
        .damaged,
        "\(path) has \(count) revisions from \(first) to \(last); want them without a gap"
      )
    }
    return UInt64(last)
  }

  /// A revision with its rules; nil where it isn't there.
  func revision(_ number: UInt64, _ path: String) throws -> Revision? {
    guard let key = Int64(exactly: number),
      let row = try Row.fetchOne(
        self,
        sql: "SELECT time, author, cause, title FROM revisions WHERE number = ?",
        arguments: [key]
      )
    else { return nil }
    let objects = try Row.fetchAll(
      self,
      sql: """
        SELECT objects.* FROM revision_objects JOIN objects ON objects.id = object
        WHERE since <= :number AND (until IS NULL OR until >= :number)
        ORDER BY revision_objects.kind, position
        """,
      arguments: ["number": key]
    )
    return Revision(
      number: number,
      rules: try rules(of: objects, in: "rev \(number)", path),
      time: Timestamp(microseconds: row["time"]),
      title: row["title"],
      author: row["author"],
      cause: row["cause"]
    )
  }

  /// What the rules' source said; nil where none was taken over.
  func sourceRules(_ path: String) throws -> MeshRules? {
    guard try Int64.fetchOne(self, sql: "SELECT revision FROM source") != nil else { return nil }
    let objects = try Row.fetchAll(
      self,
      sql: """
        SELECT objects.* FROM source_objects JOIN objects ON objects.id = object
        ORDER BY source_objects.kind, position
        """
    )
    return try rules(of: objects, in: "the files' last state", path)
  }

  private func rules(of rows: [Row], in revision: String, _ path: String) throws -> MeshRules {
    var rules = MeshRules()
    for row in rows { rules.append(try object(of: row, in: revision, path)) }
    return rules
  }

  /// - Throws: ``RuleStoreError`` with code `objectUnreadable`.
  private func object(of row: Row, in revision: String, _ path: String) throws -> MeshObject {
    let json: String = row["json"]
    do {
      let digest: Data = row["digest"]
      guard SHA256.hash(data: Array(json.utf8)) == digest else {
        throw RuleStoreError(.damaged, "its text is not the one that was stored")
      }
      return try RuleReader.object(json: json)
    } catch {
      let (kind, namespace, name): (String, String, String) =
        (row["kind"], row["namespace"], row["name"])
      throw RuleStoreError(
        .objectUnreadable,
        "\(path): \(kind) \(namespace)/\(name) of \(revision) can't be read: \(error); "
          + "nothing was changed; want the weir that wrote it, or --state with another directory"
      )
    }
  }

  /// How the newest revisions came to be, oldest first.
  func steps(limit: Int, _ path: String) throws -> [StoredRevision.Step] {
    let rows = try Row.fetchAll(
      self,
      sql: "SELECT number, kind, step_title FROM revisions ORDER BY number DESC LIMIT ?",
      arguments: [limit]
    )
    return try rows.reversed().map { row in
      let number: Int64 = row["number"]
      let kind: String = row["kind"]
      guard let kind = StoredRevision.Kind(rawValue: kind) else {
        throw RuleStoreError(
          .damaged,
          "\(path): rev \(number) is of the kind \(kind); want one that this weir knows"
        )
      }
      return StoredRevision.Step(number: UInt64(number), kind: kind, title: row["step_title"])
    }
  }

  /// Revisions without their rules, newest first.
  func history(before: UInt64?, limit: Int) throws -> [RevisionSummary] {
    let rows = try Row.fetchAll(
      self,
      sql: """
        SELECT number, time, title, author, cause FROM revisions WHERE number < ?
        ORDER BY number DESC LIMIT ?
        """,
      arguments: [before.flatMap { Int64(exactly: $0) } ?? .max, limit]
    )
    return rows.map { row in
      let number: Int64 = row["number"]
      return RevisionSummary(
        number: UInt64(number),
        time: Timestamp(microseconds: row["time"]),
        title: row["title"],
        author: row["author"],
        cause: row["cause"]
      )
    }
  }
}
