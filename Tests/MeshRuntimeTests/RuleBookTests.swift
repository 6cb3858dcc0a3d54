import MeshModel
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

  private func apply(_ edit: RuleEdit, to book: inout RuleBook) throws -> Bool {
    try book.apply(edit, inventory: Fixture.inventory, author: "operator", time: .zero)
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
    _ = try apply(Self.shift, to: &book)
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
