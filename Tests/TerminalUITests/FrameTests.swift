import TestSupport
import Testing

@testable import TerminalUI

@Suite("Frame")
struct FrameTests {
  private func frame(_ columns: Int = 10, _ rows: Int = 3) -> Frame {
    Frame(size: Size(columns: columns, rows: rows))
  }

  @Test("cuts text off at its edges and at the limit")
  func clipping() {
    var frame = frame(5, 1)
    #expect(frame.put("abcdefgh", at: Point(column: 2, row: 0)) == 3)
    #expect(frame.text == "  abc")
    #expect(frame.put("xyz", at: Point(column: -2, row: 0)) == 3)
    #expect(frame.text == "z abc")
    #expect(frame.put("12345", at: Point(column: 0, row: 0), limit: 2) == 2)
    #expect(frame.text == "12abc")
    for point in [Point(column: 9, row: 0), Point(column: 0, row: 1), Point(column: 0, row: -1)] {
      #expect(frame.put("no", at: point) == 0)
    }
  }

  @Test("never shows half of a wide character")
  func wideEdges() {
    var frame = frame(4, 1)
    frame.put("日本", at: Point(column: 0, row: 0), limit: 3)
    #expect(frame.text == "日")
    frame.put("日本", at: Point(column: 0, row: 0))
    frame.put("x", at: Point(column: 1, row: 0))
    #expect(frame.text == " x本")
    frame.put("日本", at: Point(column: 0, row: 0))
    frame.put("y", at: Point(column: 2, row: 0))
    #expect(frame.text == "日y")
    frame.put("日本", at: Point(column: -1, row: 0))
    #expect(frame.text == " 本")
    frame.put("日本", at: Point(column: 0, row: 0))
    frame.fill(Rect(column: 1, row: 0, columns: 2, rows: 1), with: "-")
    #expect(frame.text == " --")
    checkRows(of: frame)
  }

  @Test("gives styles to the cells that it draws, and to no other")
  func styles() {
    var frame = frame(4, 1)
    let bold = Style(isBold: true)
    frame.put("ab", at: Point(column: 1, row: 0), style: bold)
    #expect(frame.cells.map(\.style.isBold) == [false, true, true, false])
    frame.restyle(Rect(column: 2, row: 0, columns: 9, rows: 9)) { $0.isReverse = true }
    #expect(frame.cells.map(\.style.isReverse) == [false, false, true, true])
    #expect(frame.text == " ab")
  }

  @Test("draws boxes with labels in Unicode and in ASCII")
  func boxes() {
    var unicode = frame(16, 3)
    let labels = BoxLabels(title: " A ", topHint: " b ", bottomNote: " c ", bottomHint: " d ")
    unicode.box(Rect(column: 0, row: 0, columns: 16, rows: 3), labels)
    #expect(unicode.text == "┌─ A ────── b ─┐\n│              │\n└─ c ────── d ─┘")
    var ascii = Frame(size: Size(columns: 16, rows: 3), isUnicode: false)
    ascii.box(Rect(column: 0, row: 0, columns: 16, rows: 3), labels)
    #expect(ascii.text == "+- A ------ b -+\n|              |\n+- c ------ d -+")
  }

  @Test("leaves the right label out where both don't fit, and cuts the left one")
  func crowdedBox() {
    var frame = frame(12, 2)
    let labels = BoxLabels(title: " long title ", topHint: " hint ")
    frame.box(Rect(column: 0, row: 0, columns: 12, rows: 2), labels)
    #expect(frame.text == "┌─ long t…─┐\n└──────────┘")
    frame.box(Rect(column: 0, row: 0, columns: 1, rows: 1))
    frame.box(Rect(column: 5, row: 0, columns: 2, rows: 2), labels)
    #expect(frame.text == "┌─ lo┌┐ t…─┐\n└────└┘────┘")
  }

  @Test("draws lines of spans, padded, aligned and cut with an ellipsis")
  func lines() {
    var frame = frame(12, 3)
    var line = Line("a")
    line.add("12", columns: 4, alignment: .right)
    line.add("long text", columns: 5)
    #expect(frame.put(line, at: Point(column: 0, row: 0)) == 10)
    #expect(frame.put(line, at: Point(column: 0, row: 1), limit: 8) == 8)
    frame.put(Line("end"), endingBefore: 12, row: 2, limit: 12)
    #expect(frame.text == "a  12long…\na  12lo…\n         end")
  }

  @Test("says in text what it shows, wide characters once")
  func text() {
    var frame = frame(6, 2)
    frame.put("日x", at: Point(column: 1, row: 1))
    #expect(frame.text == "\n 日x")
    #expect(Frame(size: Size(columns: -3, rows: 2)).text == "\n")
  }

  @Test("cuts rectangles into parts that cover them exactly")
  func stacking() {
    let rect = Rect(column: 1, row: 2, columns: 21, rows: 10)
    let rows = rect.stacked([1, 1, 1])
    #expect(rows.map(\.size.rows).reduce(0, +) == 10)
    #expect(rows.map(\.origin.row) == [2, 5, 8])
    #expect(rect.sideBySide([1, 2]).map(\.size.columns) == [7, 14])
    #expect(rect.inner == Rect(column: 2, row: 3, columns: 19, rows: 8))
    #expect(rect.intersection(Rect(column: 30, row: 0, columns: 5, rows: 5)) == nil)
  }

  @Test("gives back what was cut, whatever is drawn where")
  func randomDrawing() {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<500 {
      var frame = frame(
        Int.random(in: 0..<20, using: &random),
        Int.random(in: 0..<6, using: &random)
      )
      for _ in 0..<10 {
        let point = Point(
          column: Int.random(in: -4..<22, using: &random),
          row: Int.random(in: -2..<8, using: &random)
        )
        let size = Size(
          columns: Int.random(in: -1..<24, using: &random),
          rows: Int.random(in: -1..<9, using: &random)
        )
        switch Int.random(in: 0..<4, using: &random) {
        case 0: frame.put("ab日本語c", at: point, limit: size.columns)
        case 1: frame.fill(Rect(origin: point, size: size), with: "#")
        case 2: frame.box(Rect(origin: point, size: size), BoxLabels(title: "題名 x", topHint: "y"))
        default:
          var line = Line("日本")
          line.add("語", columns: max(0, size.rows), alignment: .right)
          frame.put(line, at: point, limit: size.columns)
        }
      }
      checkRows(of: frame)
    }
  }
}
