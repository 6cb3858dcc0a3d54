import MeshModel
import MeshPicture
import MeshRuntime
@testable import RuleStore
import Synchronization
import TestSupport
import Testing
import XDSCore

@Suite("An engine with a store")
struct ResumingTests {
  /// A store whose disk can be taken away.
  private final class FailingStore: RevisionStore {
    struct NoRoom: Error, CustomStringConvertible {
      var description: String { "no room" }
    }

    let store: RuleStore
    let fails = Mutex(false)

    init(_ store: RuleStore) {
      self.store = store
    }

    var limit: Int { store.limit }

    private func check() throws {
      if fails.withLock({ $0 }) { throw NoRoom() }
    }

    func append(_ entry: StoredRevision) throws {
      try check()
      try store.append(entry)
    }

    func setSourceRules(_ rules: MeshRules) throws {
      try check()
      try store.setSourceRules(rules)
    }

    func newest() throws -> Revision? { try store.newest() }
    func steps(limit: Int) throws -> [StoredRevision.Step] { try store.steps(limit: limit) }
    func revision(_ number: UInt64) throws -> Revision? { try store.revision(number) }
    func sourceRules() throws -> MeshRules? { try store.sourceRules() }
    func history(before: UInt64?, limit: Int) throws -> [RevisionSummary] {
      try store.history(before: before, limit: limit)
    }
  }

  private func weights(_ engine: MeshEngine) -> [UInt32] {
    engine.rules.virtualServices[0].http[0].destinations.map(\.weight.value)
  }

  private func apply(_ edit: RuleEdit, _ engine: MeshEngine, by author: String = "operator") throws
  {
    _ = try engine.change(RuleChange(.edit(edit), author: author, cause: "test"))
  }

  @Test("goes on with the last revision, and undoes what was done before the restart")
  func resumes() async throws {
    try await TemporaryFolder.with { folder in
      do {
        let engine = try Books.engine(try Books.store(in: folder))
        // One burst, then a step of its own.
        for _ in 0..<4 { try apply(Books.shift(10), engine) }
        try apply(.setWeights(Books.rule(0), [30, 70].map { Weight(clamping: $0) }), engine)
        #expect(weights(engine) == [30, 70])
      }
      do {
        // What a fresh start would begin with does not matter, as long as it is what it was.
        let engine = try Books.engine(try Books.store(in: folder))
        #expect(try engine.revision(nil).number == 6)
        #expect(weights(engine) == [30, 70])
        let picture = engine.picture()
        #expect(picture.revision.canUndo && !picture.revision.canRedo)
        _ = try engine.change(RuleChange(.undo))
        #expect(try engine.revision(nil).number == 7)
      }
      let engine = try Books.engine(try Books.store(in: folder))
      #expect(engine.picture().revision.canRedo)
      _ = try engine.change(RuleChange(.undo))
      #expect(weights(engine) == [90, 10])
      #expect(try engine.revision(nil).title == "undo: rule 1: v1 90 -> 50, v2 10 -> 50")
      #expect(!engine.picture().revision.canUndo)
      _ = try engine.change(RuleChange(.redo))
      #expect(weights(engine) == [50, 50])
      let history = try engine.history(before: nil, limit: 100)
      #expect(history.map(\.number) == [9, 8, 7, 6, 5, 4, 3, 2, 1])
      #expect(history.dropFirst(3).prefix(5).allSatisfy { $0.cause == "test" })
    }
  }

  @Test("goes back to any revision that is kept, and says which isn't")
  func rollback() async throws {
    try await TemporaryFolder.with { folder in
      let engine = try Books.engine(try Books.store(in: folder))
      for _ in 0..<3 { try apply(Books.shift(10), engine) }
      let receipt = try engine.change(RuleChange(.rollback(to: 2), author: "ada"))
      #expect(receipt.revision == 5 && receipt.isNew)
      #expect(receipt.title == "rollback to rev 2")
      #expect(receipt.effects.map(\.effect) == [.configured])
      #expect(weights(engine) == [80, 20])
      #expect(try engine.revision(5).author == "ada")
      #expect(try !engine.change(RuleChange(.rollback(to: 5))).isNew)
      for number: UInt64 in [0, 6] {
        let error = #expect(throws: EngineError.self) {
          try engine.change(RuleChange(.rollback(to: number)))
        }
        #expect(error?.code == .notFound)
        #expect(error?.message == "there is no revision \(number); want 1 to 5")
      }
    }
  }

  @Test("a change that can't be stored is not made, and nobody is told of it")
  func notStored() async throws {
    try await TemporaryFolder.with { folder in
      let store = FailingStore(try Books.store(in: folder))
      let engine = try Books.engine(store)
      try apply(Books.shift(10), engine)
      store.fails.withLock { $0 = true }
      let published = engine.snapshots
      for change in [RuleChange(.edit(Books.shift(10))), RuleChange(.undo)] {
        let error = #expect(throws: EngineError.self) { try engine.change(change) }
        #expect(error?.code == .notStored)
        #expect(error?.message.hasSuffix("not made: no room") == true)
      }
      let error = #expect(throws: EngineError.self) {
        try engine.setRules(MeshRules(), since: Walkthrough.start, title: "t", author: "files")
      }
      #expect(error?.code == .notStored)
      #expect(weights(engine) == [80, 20])
      #expect(engine.picture().revision.number == 2)
      #expect(engine.picture().revision.canUndo)
      #expect(engine.snapshots?.revision == published?.revision)
      #expect(engine.sourceRules == Walkthrough.start)
      store.fails.withLock { $0 = false }
      try apply(Books.shift(10), engine)
      #expect(weights(engine) == [70, 30])
      #expect(try store.newest()?.number == 3)
    }
  }

  @Test("what files changed meanwhile is taken over at the start; edits of other objects stay")
  func filesMeanwhile() async throws {
    try await TemporaryFolder.with { folder in
      var files = Walkthrough.start
      do {
        let engine = try Books.engine(rules: files, try Books.store(in: folder))
        try apply(Books.shift(10), engine)
      }
      files.destinationRules.append(
        DestinationRule(name: ResourceName(name: "other"), host: "other", subsets: [])
      )
      do {
        let engine = try Books.engine(rules: files, try Books.store(in: folder))
        #expect(try engine.revision(nil).number == 3)
        #expect(weights(engine) == [80, 20])
        #expect(engine.rules.destinationRules.count == 2)
        #expect(engine.sourceRules == files)
        #expect(
          try engine.revision(nil).title
            == "changed before the start: DestinationRule other added"
        )
      }
      // As they were told last: nothing to take over.
      let engine = try Books.engine(rules: files, try Books.store(in: folder))
      #expect(try engine.revision(nil).number == 3)
    }
  }

  @Test("files that the checks refuse at the start leave the stored rules, and an event tells")
  func badFilesMeanwhile() async throws {
    try await TemporaryFolder.with { folder in
      var files = Walkthrough.start
      do { _ = try Books.engine(rules: files, try Books.store(in: folder)) }
      for index in 0..<2 { files.virtualServices[0].http[0].destinations[index].weight = .zero }
      let engine = try Books.engine(rules: files, try Books.store(in: folder))
      #expect(engine.rules == Walkthrough.start)
      #expect(engine.sourceRules == Walkthrough.start)
      #expect(engine.picture().events.contains { $0.severity == .error })
    }
  }

  @Test("stored rules that today's checks refuse are in force, and events say so")
  func refusedToday() async throws {
    try await TemporaryFolder.with { folder in
      var rules = Walkthrough.start
      for index in 0..<2 { rules.virtualServices[0].http[0].destinations[index].weight = .zero }
      do {
        let store = try Books.store(in: folder)
        try store.append(Books.entry(1, rules, source: Walkthrough.start))
      }
      let engine = try Books.engine(try Books.store(in: folder))
      #expect(engine.rules == rules)
      let errors = engine.picture().events.filter { $0.severity == .error }
      #expect(errors.contains { $0.text.hasPrefix("in force as stored, but the checks refuse it") })
      try apply(.setWeights(Books.rule(0), [1, 2].map { Weight(clamping: $0) }), engine)
      #expect(weights(engine) == [1, 2])
    }
  }
}
