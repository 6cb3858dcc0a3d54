import Foundation
import GRDB
import MeshModel
import MeshPicture
import MeshRuntime
@testable import RuleStore
import TestSupport
import Testing

@Suite("The rule store")
struct RuleStoreTests {
  /// Runs SQL on a store's file that no engine has open.
  private func tamper(_ folder: TemporaryFolder, _ sql: String) throws {
    let queue = try DatabaseQueue(path: folder.path("state/local.db"))
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try queue.close()
  }

  private func count(_ table: String, _ folder: TemporaryFolder) throws -> Int {
    let queue = try DatabaseQueue(path: folder.path("state/local.db"))
    return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? -1 }
  }

  @Test("gives back every revision as it was, after it was opened again too")
  func roundTrip() async throws {
    try await TemporaryFolder.with { folder in
      var random = RandomRules(seed: 7)
      var dice = SeededGenerator(seed: 7)
      var entries: [StoredRevision] = []
      var rules = MeshRules()
      do {
        let store = try Books.store(in: folder)
        #expect(try store.newest() == nil)
        for number in 1...60 {
          rules = randomChange(of: rules, &random, &dice)
          let kind = StoredRevision.Kind.allCases.randomElement(using: &dice) ?? .edit
          var entry = Books.entry(UInt64(number), rules)
          entry.kind = kind
          entry.stepTitle = "step \(number)"
          try store.append(entry)
          entries.append(entry)
        }
      }
      let store = try Books.store(in: folder)
      #expect(try store.newest() == entries.last?.revision)
      for entry in entries {
        #expect(try store.revision(entry.revision.number) == entry.revision)
      }
      #expect(try store.steps(limit: 1_000) == entries.map(\.step))
      #expect(try store.steps(limit: 5) == entries.suffix(5).map(\.step))
      let summaries = entries.reversed().map(\.revision.summary)
      #expect(try store.history(before: nil, limit: 1_000) == Array(summaries))
      #expect(try store.history(before: 20, limit: 3).map(\.number) == [19, 18, 17])
      #expect(try store.revision(61) == nil)
      #expect(try store.revision(.max) == nil)
    }
  }

  /// Adds, changes, moves or removes an object, with all fields of its kind.
  private func randomChange(
    of rules: MeshRules,
    _ random: inout RandomRules,
    _ dice: inout SeededGenerator
  ) -> MeshRules {
    var rules = rules
    switch Int.random(in: 0..<6, using: &dice) {
    case 0: rules.virtualServices.shuffle(using: &dice)
    case 1 where !rules.destinationRules.isEmpty: rules.destinationRules.removeFirst()
    default:
      let object = random.object()
      rules = (try? rules.applying(.applyObjects([object]))) ?? rules
    }
    return rules
  }

  @Test("stores one object for an edit of one object of 500")
  func contentAddressed() async throws {
    try await TemporaryFolder.with { folder in
      var rules = MeshRules()
      for number in 0..<500 {
        rules.destinationRules.append(
          DestinationRule(name: ResourceName(name: "d\(number)"), host: "h\(number)", subsets: [])
        )
      }
      do {
        let store = try Books.store(in: folder)
        try store.append(Books.entry(1, rules, source: rules))
        for number in 2...20 {
          rules.destinationRules[77].host = "other-\(number)"
          try store.append(Books.entry(UInt64(number), rules))
        }
        // Content that was there before is not stored again.
        rules.destinationRules[77].host = "h77"
        try store.append(Books.entry(21, rules))
        #expect(try store.newest()?.rules == rules)
        #expect(try store.sourceRules() == rules)
      }
      #expect(try count("objects", folder) == 519)
      #expect(try count("revision_objects", folder) == 520)
    }
  }

  @Test("keeps what the source said, and knows none from an empty one")
  func source() async throws {
    try await TemporaryFolder.with { folder in
      do {
        let store = try Books.store(in: folder)
        #expect(try store.sourceRules() == nil)
        try store.setSourceRules(MeshRules())
        #expect(try store.sourceRules() == MeshRules())
        try store.append(Books.entry(1, source: Books.rules(5)))
        try store.append(Books.entry(2))
      }
      let store = try Books.store(in: folder)
      #expect(try store.sourceRules() == Books.rules(5))
    }
  }

  @Test("only its owner may read it")
  func modes() async throws {
    try await TemporaryFolder.with { folder in
      let store = try Books.store(in: folder)
      try store.append(Books.entry(1))
      var status = stat()
      for (name, mode) in [
        ("state", 0o700), ("state/local.db", 0o600), ("state/local.db-wal", 0o600),
      ] {
        #expect(stat(folder.path(name), &status) == 0)
        #expect(status.st_mode & 0o777 == mode_t(mode), "\(name)")
      }
    }
  }

  @Test("lets the oldest revisions give way, and its file with them")
  func pruned() async throws {
    try await TemporaryFolder.with { folder in
      let settings = RuleStore.Settings(keptRevisions: 20)
      let store = try Books.store(in: folder, settings: settings)
      var sizes: [UInt64] = []
      for number in 1...640 {
        try store.append(Books.entry(UInt64(number)))
        if number.isMultiple(of: 64) {
          let history = try store.history(before: nil, limit: 1_000)
          #expect(history.map(\.number) == (0..<20).map { UInt64(number) - $0 })
          sizes.append(try store.usedBytes())
        }
      }
      #expect(try store.revision(620) == nil)
      for number in UInt64(621)...640 {
        #expect(try store.revision(number) == Books.entry(number).revision)
      }
      #expect(sizes.last ?? .max <= (sizes.first ?? 0) * 2, "\(sizes)")
    }
  }

  @Test("refuses a number that doesn't follow, and stores nothing of it")
  func order() async throws {
    try await TemporaryFolder.with { folder in
      let store = try Books.store(in: folder)
      try store.append(Books.entry(1))
      for number: UInt64 in [1, 3] {
        #expect(throws: RuleStoreError.self) { try store.append(Books.entry(number)) }
      }
      #expect(try store.newest()?.number == 1)
      try store.append(Books.entry(2))
    }
  }
}

// MARK: What can go wrong

extension RuleStoreTests {
  private func failure(_ folder: TemporaryFolder) -> RuleStoreError? {
    #expect(throws: RuleStoreError.self) {
      let store = try Books.store(in: folder)
      _ = try store.newest()
      _ = try store.steps(limit: 10)
    }
  }

  @Test("says which process has it, and is free once that is gone")
  func locked() async throws {
    try await TemporaryFolder.with { folder in
      do {
        let store = try Books.store(in: folder)
        try store.append(Books.entry(1))
        let error = failure(folder)
        #expect(error?.code == .locked)
        #expect(error?.message.contains("process ID \(getpid()) uses it") == true)
        #expect(error?.message.contains("--ephemeral") == true)
      }
      #expect(try Books.store(in: folder).newest()?.number == 1)
    }
  }

  @Test("refuses what a newer weir wrote, and leaves it alone")
  func newer() async throws {
    try await TemporaryFolder.with { folder in
      try Books.store(in: folder).append(Books.entry(1))
      try tamper(folder, "INSERT INTO grdb_migrations VALUES ('2 something of tomorrow')")
      #expect(failure(folder)?.code == .newer)
      try tamper(folder, "DELETE FROM grdb_migrations WHERE identifier LIKE '2%'")
      #expect(try Books.store(in: folder).newest() == Books.entry(1).revision)
    }
  }

  @Test("refuses another database, and a file that is none, and leaves both alone")
  func foreign() async throws {
    try await TemporaryFolder.with { folder in
      try FileManager.default.createDirectory(
        atPath: folder.path("state"),
        withIntermediateDirectories: false
      )
      try tamper(folder, "CREATE TABLE notes (text TEXT)")
      #expect(failure(folder)?.code == .damaged)
      #expect(try count("notes", folder) == 0)
      try FileManager.default.removeItem(atPath: folder.path("state/local.db"))
      let text = String(repeating: "not a database\n", count: 1_000)
      try folder.write(text, to: "state/local.db")
      #expect(failure(folder)?.code == .damaged)
      #expect(try String(contentsOfFile: folder.path("state/local.db"), encoding: .utf8) == text)
    }
  }

  @Test("notices a page that was overwritten")
  func damaged() async throws {
    try await TemporaryFolder.with { folder in
      do {
        let store = try Books.store(in: folder)
        for number: UInt64 in 1...200 { try store.append(Books.entry(number)) }
      }
      let file = try #require(FileHandle(forUpdatingAtPath: folder.path("state/local.db")))
      for page in 2...5 {
        try file.seek(toOffset: UInt64(page) * 4_096)
        try file.write(contentsOf: Data(repeating: 0xA5, count: 4_096))
      }
      try file.close()
      #expect(failure(folder)?.code == .damaged)
    }
  }

  @Test(
    "names the revision and the object that can't be read any more",
    arguments: [
      ("UPDATE objects SET json = '{}' WHERE kind = 'VirtualService'", "VirtualService"),
      ("UPDATE objects SET json = replace(json, 'subsets', 'subtexts')", "DestinationRule"),
    ]
  )
  func unreadable(_ sql: String, _ kind: String) async throws {
    try await TemporaryFolder.with { folder in
      try Books.store(in: folder).append(Books.entry(1))
      try tamper(folder, sql)
      let error = failure(folder)
      #expect(error?.code == .objectUnreadable)
      #expect(error?.message.contains("\(kind) default/dubbo-go-server of rev 1 ") == true)
      #expect(try count("revisions", folder) == 1)
    }
  }

  @Test("a gap in the numbers, and a kind that nobody knows, are damage")
  func gaps() async throws {
    for sql in ["DELETE FROM revisions WHERE number = 2", "UPDATE revisions SET kind = 'x'"] {
      try await TemporaryFolder.with { folder in
        do {
          let store = try Books.store(in: folder)
          for number: UInt64 in 1...3 { try store.append(Books.entry(number)) }
        }
        try tamper(folder, sql)
        #expect(failure(folder)?.code == .damaged)
      }
    }
  }

  @Test("says that the disk is full, and goes on once it isn't")
  func full() async throws {
    try await TemporaryFolder.with { folder in
      var settings = RuleStore.Settings()
      settings.pageLimit = 30
      var stored: UInt64 = 0
      do {
        let store = try Books.store(in: folder, settings: settings)
        let error = #expect(throws: RuleStoreError.self) {
          for number: UInt64 in 1...1_000 {
            try store.append(Books.entry(number))
            stored = number
          }
        }
        #expect(error?.code == .full)
        #expect(try store.newest() == Books.entry(stored).revision)
      }
      let store = try Books.store(in: folder)
      #expect(try store.newest() == Books.entry(stored).revision)
      try store.append(Books.entry(stored + 1))
      #expect(try store.revision(stored + 1) == Books.entry(stored + 1).revision)
    }
  }

  @Test("says which directory can't be made or written")
  func unusable() async throws {
    try await TemporaryFolder.with { folder in
      try folder.write("a file", to: "state")
      let error = failure(folder)
      #expect(error?.code == .unusable)
      #expect(error?.message.contains(folder.path("state")) == true)
    }
    let error = #expect(throws: RuleStoreError.self) {
      try RuleStore(StorePlace(directory: "/proc/weir-state", mesh: "local"))
    }
    #expect(error?.code == .unusable)
    #expect(error?.message.contains("/proc/weir-state") == true)
  }

  @Test("a directory that may only be read is told", .enabled(if: geteuid() != 0))
  func readOnly() async throws {
    try await TemporaryFolder.with { folder in
      #expect(mkdir(folder.path("state"), 0o500) == 0)
      #expect(failure(folder)?.code == .unusable)
    }
  }

  @Test(
    "is in the state directory of the system's convention",
    arguments: [
      (["XDG_STATE_HOME": "/s", "HOME": "/h"], "/s/weir"),
      (["XDG_STATE_HOME": "relative", "HOME": "/h"], "/h/.local/state/weir"),
      (["HOME": "/h"], "/h/.local/state/weir"), ([:], nil),
    ] as [([String: String], String?)]
  )
  func places(_ environment: [String: String], _ directory: String?) {
    #expect(StorePlace.defaultDirectory(environment: environment) == directory)
  }
}
