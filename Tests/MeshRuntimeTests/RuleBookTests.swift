import MeshModel
import MeshPicture
import MeshRuntime
import Testing

@Suite("The rule book")
struct RuleBookTests {
  private static let shift = RuleEdit.shiftWeight(Fixture.rule(0), destination: 1, amount: 10)

  private func book(limit: Int = 10_000) throws -> RuleBook {
    try RuleBook(
      rules: Walkthrough.start,
      inventory: Fixture.inventory,
      title: "start",
      author: "engine",
      time: .zero,
      limit: limit
    )
  }

  private func apply(
    _ edit: RuleEdit,
    to book: inout RuleBook,
    by author: String = "operator",
    atMilliseconds time: Int64 = 0
  ) throws -> Bool {
    try book.apply(
      edit,
      inventory: Fixture.inventory,
      author: author,
      time: Timestamp(microseconds: time * 1_000)
    )
  }

  private func weights(_ book: RuleBook) -> [UInt32] {
    book.newest.rules.virtualServices[0].http[0].destinations.map(\.weight.value)
  }

  @Test("starts with revision 1 and counts up")
  func numbers() throws {
    var book = try book()
    #expect(book.newest.number == 1)
    #expect(try apply(Self.shift, to: &book))
    #expect(book.newest.number == 2)
    #expect(book.newest.author == "operator")
    #expect(weights(book) == [80, 20])
    #expect(book.newest.title == "rule 1: v1 90 -> 80, v2 10 -> 20")
  }

  @Test("undoes and redoes by new revisions")
  func undoAndRedo() throws {
    var book = try book()
    _ = try apply(Self.shift, to: &book)
    _ = try apply(Self.shift, to: &book, atMilliseconds: 1_000)
    try book.undo(author: "operator", time: .zero)
    #expect(weights(book) == [80, 20])
    #expect(book.newest.number == 4)
    try book.undo(author: "operator", time: .zero)
    #expect(weights(book) == [90, 10])
    #expect(!book.canUndo && book.canRedo)
    try book.redo(author: "operator", time: .zero)
    try book.redo(author: "operator", time: .zero)
    #expect(weights(book) == [70, 30])
    #expect(book.newest.number == 7)
    #expect(book.canUndo && !book.canRedo)
    #expect(book.history.map(\.number) == [1, 2, 3, 4, 5, 6, 7])
  }

  @Test("undoes and redoes a burst of keys as one step, though each made a revision")
  func burst() throws {
    var book = try book()
    for key in 0..<5 { _ = try apply(Self.shift, to: &book, atMilliseconds: Int64(key) * 999) }
    #expect(book.newest.number == 6 && weights(book) == [40, 60])
    try book.undo(author: "operator", time: .zero)
    #expect(weights(book) == [90, 10] && !book.canUndo)
    #expect(book.newest.title == "undo: rule 1: v1 90 -> 40, v2 10 -> 60")
    try book.redo(author: "operator", time: .zero)
    #expect(weights(book) == [40, 60] && !book.canRedo)
    #expect(book.newest.title == "redo: rule 1: v1 90 -> 40, v2 10 -> 60")
    // What follows is a step of its own, however soon.
    _ = try apply(.shiftWeight(Fixture.rule(0), destination: 1, amount: -5), to: &book)
    try book.undo(author: "operator", time: .zero)
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
      var book = try book()
      _ = try apply(.replaceRules(rules, title: "two rules"), to: &book)
      _ = try apply(first, to: &book)
      _ = try apply(edit, to: &book, by: author, atMilliseconds: time)
      try book.undo(author: "operator", time: .zero)
      #expect(weights(book) == [80, 20], "\(edit)")
    }
  }

  @Test("has nothing to undo of a burst that went there and back")
  func emptyBurst() throws {
    var book = try book()
    _ = try apply(.evenWeights(Fixture.rule(0)), to: &book)
    _ = try apply(Self.shift, to: &book)
    _ = try apply(.shiftWeight(Fixture.rule(0), destination: 0, amount: 10), to: &book)
    #expect(book.newest.number == 4)
    try book.undo(author: "operator", time: .zero)
    #expect(weights(book) == [90, 10] && !book.canUndo)
  }

  @Test("forgets what could be redone when something else is edited")
  func newEditClearsRedo() throws {
    var book = try book()
    _ = try apply(Self.shift, to: &book)
    try book.undo(author: "operator", time: .zero)
    _ = try apply(.evenWeights(Fixture.rule(0)), to: &book)
    #expect(!book.canRedo)
    #expect(throws: MeshConfigError.self) { try book.redo(author: "operator", time: .zero) }
  }

  @Test("has nothing to undo or redo at the start, and says so")
  func nothing() throws {
    var book = try book()
    #expect { try book.undo(author: "", time: .zero) } throws: {
      ($0 as? MeshConfigError)?.code == .nothingToUndo
    }
    #expect { try book.redo(author: "", time: .zero) } throws: {
      ($0 as? MeshConfigError)?.code == .nothingToRedo
    }
    #expect(book.newest.number == 1)
  }

  @Test("makes no revision of an edit that changes nothing, and keeps what can be redone")
  func nothingChanges() throws {
    var book = try book()
    _ = try apply(Self.shift, to: &book)
    try book.undo(author: "operator", time: .zero)
    #expect(try !apply(.setWeights(Fixture.rule(0), Fixture.weights(90, 10)), to: &book))
    #expect(book.newest.number == 3)
    #expect(book.canRedo)
  }

  @Test("refuses what can't be and stays as it was")
  func refuses() throws {
    var book = try book()
    _ = try apply(Self.shift, to: &book)
    let before = book.newest
    for edit in [
      RuleEdit.setWeights(Fixture.rule(0), Fixture.weights(0, 0)),
      .setWeights(Fixture.rule(7), Fixture.weights(1, 1)),
    ] {
      #expect(throws: MeshConfigError.self) { try apply(edit, to: &book) }
      #expect(book.newest == before)
    }
    #expect(book.canUndo)
  }

  @Test("keeps a bounded history")
  func bounded() throws {
    var book = try book(limit: 20)
    for round in 0..<100 {
      let weights = Fixture.weights(50, round + 1)
      _ = try apply(.setWeights(Fixture.rule(0), weights), to: &book)
    }
    #expect(book.newest.number == 101)
    #expect(book.history.map(\.number) == Array(82...101))
    for _ in 0..<20 { try book.undo(author: "", time: .zero) }
    #expect(!book.canUndo)
  }
}
