internal import GRDB
package import MeshModel
package import MeshPicture
package import MeshRuntime
internal import Synchronization

/// Revisions in an SQLite database, which no crash of process or machine can take from it.
///
/// An object is stored once for each content that it ever had, and a revision costs what it changed.
/// One engine at a time uses a store; others may read it with SQLite's own tools.
package final class RuleStore: RevisionStore {
  package struct Settings: Sendable {
    /// How many revisions are kept, 1 or more; the oldest give way.
    package var keptRevisions: Int
    /// About how large the file may become before older revisions give way, in bytes.
    package var sizeLimit: Int
    /// Where SQLite refuses to write on, in pages of 4 KiB; nil for the disk's own end.
    var pageLimit: Int?

    package init(keptRevisions: Int = RuleBook.limit, sizeLimit: Int = 1 << 30) {
      self.keptRevisions = max(1, keptRevisions)
      self.sizeLimit = sizeLimit
    }
  }

  let place: StorePlace
  let settings: Settings
  private let lock: StoreLock
  private let queue: DatabaseQueue
  /// The newest revision as it is stored; nil before it was looked up.
  private let written = Mutex<WrittenRevision?>(nil)

  /// Opens a store, or makes it.
  ///
  /// - Throws: ``RuleStoreError``; then nothing of what is there was changed.
  package init(_ place: StorePlace, settings: Settings = Settings()) throws(RuleStoreError) {
    self.place = place
    self.settings = settings
    try place.make()
    lock = try StoreLock(place)
    queue = try RuleStoreError.translating(at: place.path) {
      try DatabaseQueue(path: place.path, configuration: .ofStore(settings))
    }
    try RuleStoreError.translating(at: place.path) { try queue.checkIsStore(at: place.path) }
    try RuleStoreError.translating(at: place.path) { try StoreSchema.migrator.migrate(queue) }
  }

  /// For people.
  package var path: String { place.path }

  package var limit: Int { settings.keptRevisions }

  // MARK: Writing

  package func append(_ entry: StoredRevision) throws(RuleStoreError) {
    let number = entry.revision.number
    try write { database, written in
      let newest = written?.number ?? 0
      guard number == newest + 1 || newest == 0 else {
        throw RuleStoreError(
          .damaged,
          "\(path) ends with rev \(newest), and rev \(number) is to follow; want rev \(newest + 1)"
        )
      }
      try database.insert(entry)
      let new = try database.put(entry.revision, after: written)
      if let rules = entry.sourceRules { try database.setSource(rules, at: number) }
      return new
    }
    prune(after: number)
  }

  package func setSourceRules(_ rules: MeshRules) throws(RuleStoreError) {
    try write { database, written in
      try database.setSource(rules, at: written?.number ?? 0)
      return written
    }
  }

  /// Writes all or nothing.
  private func write(
    _ body: (Database, WrittenRevision?) throws -> WrittenRevision?
  ) throws(RuleStoreError) {
    try RuleStoreError.translating(at: path) {
      try written.withLock { written in
        written = try queue.write { database in
          try body(database, written ?? WrittenRevision.newest(in: database, path))
        }
      }
    }
  }

  /// Lets the oldest revisions give way, now and then.
  ///
  /// What goes wrong here goes wrong again at the next write, and is told there.
  private func prune(after number: UInt64) {
    guard number.isMultiple(of: 64) else { return }
    try? queue.write { try $0.prune(to: settings) }
    try? queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA incremental_vacuum") }
  }

  // MARK: Reading

  package func newest() throws(RuleStoreError) -> Revision? {
    try read { database in
      guard let number = try database.newestNumber(path) else { return nil }
      return try database.revision(number, path)
    }
  }

  package func revision(_ number: UInt64) throws(RuleStoreError) -> Revision? {
    try read { try $0.revision(number, path) }
  }

  package func steps(limit: Int) throws(RuleStoreError) -> [StoredRevision.Step] {
    try read { try $0.steps(limit: limit, path) }
  }

  package func history(before: UInt64?, limit: Int) throws(RuleStoreError) -> [RevisionSummary] {
    try read { try $0.history(before: before, limit: limit) }
  }

  package func sourceRules() throws(RuleStoreError) -> MeshRules? {
    try read { try $0.sourceRules(path) }
  }

  /// What the file takes but for free pages, in bytes.
  func usedBytes() throws(RuleStoreError) -> UInt64 {
    try read { try UInt64($0.usedBytes) }
  }

  private func read<Result>(
    _ body: (Database) throws -> Result
  ) throws(RuleStoreError) -> Result {
    try RuleStoreError.translating(at: path) { try queue.read(body) }
  }
}

extension Configuration {
  fileprivate static func ofStore(_ settings: RuleStore.Settings) -> Configuration {
    var configuration = Configuration()
    configuration.label = "weir.store"
    // Only for others who look at it with tools of their own.
    configuration.busyMode = .timeout(5)
    let pageLimit = settings.pageLimit
    configuration.prepareDatabase { database in
      // It holds for a database that is yet to be made, and so comes first.
      try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      // A commit returns when the disk has it.
      try database.execute(sql: "PRAGMA synchronous = FULL")
      if let pageLimit { try database.execute(sql: "PRAGMA max_page_count = \(pageLimit)") }
    }
    return configuration
  }
}

extension DatabaseQueue {
  /// - Throws: ``RuleStoreError`` where it is another database, a newer one, or damaged.
  fileprivate func checkIsStore(at path: String) throws {
    try read { database in
      guard try !database.tableNames.isEmpty else { return }
      let application = try Int.fetchOne(database, sql: "PRAGMA application_id")
      guard application == StoreSchema.applicationID else {
        throw RuleStoreError(
          .damaged,
          "\(path) is a database, but no store of rules; want --state with another directory"
        )
      }
      guard try !StoreSchema.migrator.hasBeenSuperseded(database) else {
        throw RuleStoreError(
          .newer,
          "\(path) was written by a newer weir; want that one, or --state with another directory"
        )
      }
      let problem = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "ok"
      guard problem == "ok" else {
        throw RuleStoreError(
          .damaged,
          "\(path) is damaged: \(problem); want it mended or moved away"
        )
      }
    }
  }
}

extension Database {
  fileprivate var tableNames: [String] {
    get throws {
      try String.fetchAll(self, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
    }
  }
}

extension RuleStoreError {
  /// Runs a body whose errors SQLite makes.
  fileprivate static func translating<Result>(
    at path: String,
    _ body: () throws -> Result
  ) throws(RuleStoreError) -> Result {
    do {
      return try body()
    } catch let error as RuleStoreError {
      throw error
    } catch let error as DatabaseError {
      throw RuleStoreError(error, path: path)
    } catch {
      throw RuleStoreError(.unusable, "\(path) can't be used: \(error)")
    }
  }
}
