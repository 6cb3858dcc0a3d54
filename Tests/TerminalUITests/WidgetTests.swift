import Testing

@testable import TerminalUI

@Suite("Widgets")
struct WidgetTests {
  private let unicode = Glyphs(isUnicode: true)
  private let ascii = Glyphs(isUnicode: false)

  @Test("fills bars to an eighth of a cell, and marks a share")
  func bars() {
    #expect(unicode.bar(share: 0.5, columns: 4) == "██░░")
    #expect(unicode.bar(share: 0.1, columns: 8) == "▊░░░░░░░")
    #expect(unicode.bar(share: 0.01, columns: 14) == "▏░░░░░░░░░░░░░")
    #expect(unicode.bar(share: 0, columns: 2) == "░░")
    #expect(unicode.bar(share: 1, columns: 2) == "██")
    #expect(unicode.bar(share: 0.5, columns: 4, marker: 0.75) == "██░┃")
    #expect(unicode.bar(share: 1, columns: 4, marker: 1) == "███┃")
    #expect(ascii.bar(share: 0.75, columns: 4, marker: 0) == "|##.")
    #expect(ascii.bar(share: 0.1, columns: 0) == "")
  }

  @Test("takes any number for a share", arguments: [-1, 2, .nan, .infinity, -.infinity, 1e300])
  func oddShares(_ share: Double) {
    #expect(unicode.bar(share: share, columns: 3, marker: share).count == 3)
    #expect(unicode.sparkline([share], ceiling: 1).count == 1)
    #expect(unicode.sparkline([0.5], ceiling: share).count == 1)
  }

  @Test("draws sparklines, with gaps where there is no value")
  func sparklines() {
    #expect(unicode.sparkline([0, 0.5, nil, 1], ceiling: 1) == "▁▅ █")
    #expect(ascii.sparkline([0, 0.5, nil, 1], ceiling: 1) == ".= #")
    #expect(unicode.sparkline([0.1], ceiling: 0.1) == "█")
  }

  @Test("leaves the least important columns out, and lets the others grow")
  func tables() {
    let columns = [
      TableColumn("A", 3, ideal: 5), TableColumn("B", 4, rank: 2), TableColumn("C", 4, rank: 1),
    ]
    #expect(TableLayout(columns, available: 15).widths == [3, 4, 4])
    #expect(TableLayout(columns, available: 14).widths == [5, nil, 4])
    #expect(TableLayout(columns, available: 4).widths == [4, nil, nil])
    #expect(TableLayout(columns, available: 1).widths == [3, nil, nil])
    #expect(TableLayout(columns, available: 99).widths == [5, 4, 4])
    var frame = Frame(size: Size(columns: 17, rows: 1))
    let layout = TableLayout(columns, available: 17)
    frame.put(layout.row([Span("abcdef"), Span("x"), Span("y")]), at: Point(column: 0, row: 0))
    #expect(frame.text == "abcd…  x     y")
  }

  @Test(
    "scrolls lists no further than needed",
    arguments: [
      (0, 0, 10, 4, 0), (0, 5, 10, 4, 2), (6, 5, 10, 4, 5), (9, 9, 10, 4, 6), (3, 0, 2, 4, 0),
      (5, 3, 0, 4, 0), (2, 3, 10, 0, 3),
    ]
  )
  func windows(_ offset: Int, _ cursor: Int, _ count: Int, _ visible: Int, _ wanted: Int) {
    #expect(
      ListWindow.offset(offset, cursor: cursor, count: count, visible: visible) == wanted
    )
  }

  @Test("edits text at the cursor")
  func fieldEditing() {
    var field = TextField("user")
    for key: Key in [.character("="), .character("x"), .backspace, .character("日")] {
      let isTaken = field.handle(key)
      #expect(isTaken)
    }
    #expect(field.text == "user=日")
    for key: Key in [.home, .delete, .right, .character("S")] { _ = field.handle(key) }
    #expect(field.text == "sSer=日")
    #expect(field.cursor == 2)
    for key: Key in [.end, .left, .control("k"), .control("w")] { _ = field.handle(key) }
    #expect(field.text == "")
    for key: Key in [.character("a"), .character("b"), .left, .control("u")] {
      _ = field.handle(key)
    }
    #expect(field.text == "b")
    for key: Key in [.left, .left, .backspace, .end, .right, .delete] { _ = field.handle(key) }
    #expect(field.text == "b")
    for key: Key in [.enter, .up, .tab, .function(5)] {
      let isTaken = field.handle(key)
      #expect(!isTaken)
    }
  }

  @Test("joins a combining mark to the letter before it, and takes no control characters")
  func fieldCharacters() {
    var field = TextField("e")
    _ = field.handle(.character("\u{301}"))
    #expect(field.text == "e\u{301}" && field.cursor == 1)
    for character: Character in ["\u{1B}", "\u{7}", "\u{202E}", "\u{85}"] {
      _ = field.handle(.character(character))
    }
    #expect(field.text == "e\u{301}")
    var full = TextField(String(repeating: "a", count: TextField.maximumCharacters))
    _ = full.handle(.character("b"))
    #expect(full.text.count == TextField.maximumCharacters)
  }

  @Test("drops the error with the next change, not with moves")
  func fieldError() {
    var field = TextField("ab", error: "no")
    _ = field.handle(.left)
    #expect(field.error == "no")
    _ = field.handle(.character("c"))
    #expect(field.error == nil)
  }

  @Test("keeps text that can't be drawn, and shows question marks for it")
  func fieldWithOddText() {
    let field = TextField("user=\u{5D0}\u{1B}")
    #expect(field.text == "user=\u{5D0}\u{1B}")
    var frame = Frame(size: Size(columns: 10, rows: 1))
    frame.put(field, at: Point(column: 0, row: 0), columns: 10)
    #expect(frame.text == "user=??")
    #expect(frame.cursor == Point(column: 7, row: 0))
  }

  @Test("scrolls a long text so that the cursor stays in sight")
  func fieldScrolling() {
    var frame = Frame(size: Size(columns: 12, rows: 1))
    var field = TextField("0123456789日本")
    frame.put(field, at: Point(column: 2, row: 0), columns: 6)
    #expect(frame.text == "  9日本")
    #expect(frame.cursor == Point(column: 7, row: 0))
    for _ in 0..<12 { _ = field.handle(.left) }
    frame.put(field, at: Point(column: 2, row: 0), columns: 6)
    #expect(frame.text == "  012345")
    #expect(frame.cursor == Point(column: 2, row: 0))
  }
}
