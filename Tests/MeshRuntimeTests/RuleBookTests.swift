import MeshModel
import MeshPicture
import MeshRuntime
import TestSupport
import Testing

@Suite("The rule book")
struct RuleBookTests {
  private static let shift = RuleEdit.shiftWeight(Fixture.rule(0), destination: 1, amount: 10)

  private func book(limit: Int = 10_000) -> RuleBook {
    let first = Revision(
      number: 1,
      rules: Walkthrough.start,
      time: .zero,
      title: "start",
      author: "engine"
    )
    return RuleBook(newest: first, limit: limit)
  }

  private func apply(
    _ edit: RuleEdit,
    to book: inout RuleBook,
    by author: String = "operator",
    atMilliseconds time: Int64 = 0
  ) throws -> Bool {
    let origin = RuleBook.Origin(author: author, time: Timestamp(microseconds: time * 1_000))
    var running = RunningInventory(hosted: Fixture.inventory)
    guard let plan = try book.plan(edit, origin, checkedBy: &running) else { return false }
    book.commit(plan)
    return true
  }

  private func undo(_ book: inout RuleBook) throws {
    book.commit(try book.planUndo(RuleBook.Origin(author: "operator", time: .zero)))
  }

  private func redo(_ book: inout RuleBook) throws {
    book.commit(try book.planRedo(RuleBook.Origin(author: "operator", time: .zero)))
  }

  private func weights(_ book: RuleBook) -> [UInt32] {
    book.newest.rules.virtualServices[0].http[0].destinations.map(\.weight.value)
  }

  @Test("starts with revision 1 and counts up")
  func numbers() throws {
    var book = book()
    #expect(book.newest.number == 1)
    #expect(try apply(Self.shift, to: &book))
    #expect(book.newest.number == 2)
    #expect(book.newest.author == "operator")
    #expect(weights(book) == [80, 20])
    #expect(book.newest.title == "rule 1: v1 90 -> 80, v2 10 -> 20")
  }

  @Test("undoes and redoes by new revisions")
  func undoAndRedo() throws {
    var book = book()
    _ = try apply(Self.shift, to: &book)
    _ = try apply(Self.shift, to: &book, atMilliseconds: 1_000)
    try undo(&book)
    #expect(weights(book) == [80, 20])
    #expect(book.newest.number == 4)
    try undo(&book)
    #expect(weights(book) == [90, 10])
    #expect(!book.canUndo && book.canRedo)
    try redo(&book)
    try redo(&book)
    #expect(weights(book) == [70, 30])
    #expect(book.newest.number == 7)
    #expect(book.canUndo && !book.canRedo)
    #expect(book.history.map(\.number) == [1, 2, 3, 4, 5, 6, 7])
  }

  @Test("undoes and redoes a burst of keys as one step, though each made a revision")
  func burst() throws {
    var book = book()
    for key in 0..<5 { _ = try apply(Self.shift, to: &book, atMilliseconds: Int64(key) * 999) }
    #expect(book.newest.number == 6 && weights(book) == [40, 60])
    try undo(&book)
    #expect(weights(book) == [90, 10] && !book.canUndo)
    #expect(book.newest.title == "undo: rule 1: v1 90 -> 40, v2 10 -> 60")
    try redo(&book)
    #expect(weights(book) == [40, 60] && !book.canRedo)
    #expect(book.newest.title == "redo: rule 1: v1 90 -> 40, v2 10 -> 60")
    // What follows is a step of its own, however soon.
    _ = try apply(.shiftWeight(Fixture.rule(0), destination: 1, amount: -5), to: &book)
    try undo(&book)
    #expect(weights(book) == [40, 60] && book.canUndo)
  }

  @Test("takes edits of another rule, author, time or kind as other steps")
  func burstEnds() throws {
    let first = Self.shift
    let others: [(RuleEdit, String, Int64)] = [
      (.shiftWeight(Fixture.rule(1), destination: 1, amount: 1), "operator", 10),
      (first, "guard", 10), (first, "operator", 1_000), (first, "operator", -1),
      (.setWeights(Fixture.rule(0), Fixture.weights(1, 1)), "operator", 10),
    ]
    for (edit, author, time) in others {
      var rules = Walkthrough.start
      rules.virtualServices[0].http[0].matches = [HTTPMatch(uri: .prefix("/a"))]
      rules.virtualServices[0].http.append(Walkthrough.start.virtualServices[0].http[0])
      var book = book()
      _ = try apply(.replaceRules(rules, title: "two rules"), to: &book)
      _ = try apply(first, to: &book)
      _ = try apply(edit, to: &book, by: author, atMilliseconds: time)
      try undo(&book)
      #expect(weights(book) == [80, 20], "\(edit)")
    }
  }

  @Test("has nothing to undo of a burst that went there and back")
  func emptyBurst() throws {
    var book = book()
    _ = try apply(.evenWeights(Fixture.rule(0)), to: &book)
    _ = try apply(Self.shift, to: &book)
    _ = try apply(.shiftWeight(Fixture.rule(0), destination: 0, amount: 10), to: &book)
    #expect(book.newest.number == 4)
    try undo(&book)
    #expect(weights(book) == [90, 10] && !book.canUndo)
  }

  @Test("forgets what could be redone when something else is edited")
  func newEditClearsRedo() throws {
    var book = book()
    _ = try apply(Self.shift, to: &book)
    try undo(&book)
    _ = try apply(.evenWeights(Fixture.rule(0)), to: &book)
    #expect(!book.canRedo)
    #expect(throws: EngineError.self) { try redo(&book) }
  }

  @Test("has nothing to undo or redo at the start, and says so")
  func nothing() throws {
    var book = book()
    #expect { try undo(&book) } throws: {
      ($0 as? EngineError)?.findings.map(\.code) == [.nothingToUndo]
    }
    #expect { try redo(&book) } throws: {
      ($0 as? EngineError)?.findings.map(\.code) == [.nothingToRedo]
    }
    #expect(book.newest.number == 1)
  }

  @Test("makes no revision of an edit that changes nothing, and keeps what can be redone")
  func nothingChanges() throws {
    var book = book()
    _ = try apply(Self.shift, to: &book)
    try undo(&book)
    #expect(try !apply(.setWeights(Fixture.rule(0), Fixture.weights(90, 10)), to: &book))
    #expect(book.newest.number == 3)
    #expect(book.canRedo)
  }

  @Test("refuses what can't be and stays as it was")
  func refuses() throws {
    var book = book()
    _ = try apply(Self.shift, to: &book)
    let before = book.newest
    for edit in [
      RuleEdit.setWeights(Fixture.rule(0), Fixture.weights(0, 0)),
      .setWeights(Fixture.rule(7), Fixture.weights(1, 1)),
    ] {
      #expect(throws: EngineError.self) { try apply(edit, to: &book) }
      #expect(book.newest == before)
    }
    #expect(book.canUndo)
  }

  @Test("keeps a bounded history")
  func bounded() throws {
    var book = book(limit: 20)
    for round in 0..<100 {
      let weights = Fixture.weights(50, round + 1)
      _ = try apply(.setWeights(Fixture.rule(0), weights), to: &book)
    }
    #expect(book.newest.number == 101)
    #expect(book.history.map(\.number) == Array(82...101))
    for _ in 0..<20 { try undo(&book) }
    #expect(!book.canUndo)
  }

  @Test("steps read from a store lead where the revisions themselves did")
  func replay() throws {
    var dice = SeededGenerator(seed: 4)
    for _ in 0..<40 {
      var book = book()
      var entries = [StoredRevision.edit(book.newest)]
      var time: Int64 = 0
      for _ in 0..<30 {
        let origin = RuleBook.Origin(author: "operator", time: Timestamp(microseconds: time))
        var running = RunningInventory(hosted: Fixture.inventory)
        let amount = Int.random(in: -20...20, using: &dice)
        let plan: RuleBook.Plan? =
          switch Int.random(in: 0..<6, using: &dice) {
          case 0: try? book.planUndo(origin)
          case 1: try? book.planRedo(origin)
          case 2: try book.plan(.evenWeights(Fixture.rule(0)), origin, checkedBy: &running)
          default:
            try book.plan(
              .shiftWeight(Fixture.rule(0), destination: 1, amount: amount),
              origin,
              checkedBy: &running
            )
          }
        time += Int64.random(in: 0...1_500_000, using: &dice)
        guard let plan else { continue }
        book.commit(plan)
        entries.append(plan.entry)
      }
      var again = RuleBook(newest: book.newest, steps: entries.map(\.step), isStored: true)
      let contents = Dictionary(
        uniqueKeysWithValues: entries.map { ($0.revision.number, $0.revision.rules) }
      )
      #expect(again.canRedo == book.canRedo)
      while book.canUndo {
        let content = again.missingContent(for: .undo).flatMap { contents[$0] }
        let origin = RuleBook.Origin(author: "operator", time: .zero)
        again.commit(try again.planUndo(origin, content: content))
        try undo(&book)
        #expect(again.newest == book.newest)
      }
      #expect(!again.canUndo)
    }
  }

  @Test("an error that the newest rules have already keeps nobody from mending another rule")
  func oldErrors() throws {
    var rules = Walkthrough.start
    var route = rules.virtualServices[0].http[0]
    route.matches = [HTTPMatch(uri: .regex("("))]
    let name = ResourceName(name: "other")
    rules.virtualServices.append(VirtualService(name: name, hosts: ["other"], http: [route]))
    var running = RunningInventory(hosted: Fixture.inventory)
    #expect(running.findings(on: rules).contains { $0.severity == .error })
    let stored = Revision(number: 9, rules: rules, time: .zero, title: "old", author: "operator")
    var book = RuleBook(newest: stored)
    #expect(try apply(Self.shift, to: &book))
    #expect(book.newest.number == 10)
    #expect(throws: EngineError.self) {
      try apply(.setWeights(Fixture.rule(0), Fixture.weights(0, 0)), to: &book)
    }
  }

  @Test("keeps fewer revisions of rules that are large, and undoes no further without a store")
  func large() throws {
    var rules = Walkthrough.start
    let route = rules.virtualServices[0].http[0]
    rules.virtualServices[0].http = (0..<5_000).map { number in
      var route = route
      route.matches = [HTTPMatch(uri: .exact("/\(number)"))]
      return route
    }
    let first = Revision(number: 1, rules: rules, time: .zero, title: "start", author: "engine")
    var book = RuleBook(newest: first)
    for round in 0..<60 {
      var next = book.newest.rules
      next.virtualServices[0].http[0].destinations[0].weight = Weight(clamping: round)
      let entry = StoredRevision.edit(
        Revision(number: book.newest.number + 1, rules: next, time: .zero, title: "", author: "")
      )
      book.commit(RuleBook.Plan(entry))
    }
    #expect(book.history.count < 60 && book.history.count > 40)
    var undone = 0
    while book.canUndo {
      try undo(&book)
      undone += 1
    }
    #expect(undone > 40 && undone < 60)
  }
}
