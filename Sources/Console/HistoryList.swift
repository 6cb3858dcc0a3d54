import MeshModel
import MeshPicture
import TerminalUI

/// The revisions as a list to look into and to go back to.
struct HistoryList: Hashable, Sendable {
  /// How many are asked for.
  static let limit = 500

  /// Newest first; nil until they are there.
  var revisions: [RevisionSummary]?
  /// Why there are none.
  var failure: String?
  var marked = 0
}

/// The history as it stands on a screen.
struct HistoryOverlay {
  let model: ConsoleModel
  let list: HistoryList

  private static let widest = 120

  private var count: Int { max(1, list.revisions?.count ?? 1) }

  var rect: Rect {
    let columns = min(model.size.columns, HistoryOverlay.widest)
    let rows = min(model.size.rows, count + 3)
    return Rect(
      column: (model.size.columns - columns) / 2,
      row: (model.size.rows - rows) / 2,
      columns: columns,
      rows: rows
    )
  }

  /// The revisions that show at a time, below the heading.
  var visibleRows: Int { max(1, rect.size.rows - 3) }

  var offset: Int {
    ListWindow.offset(0, cursor: list.marked, count: count, visible: visibleRows)
  }

  var heading: Line { layout.header(style: model.theme.heading) }

  /// The line at a place; the marked one is told by a sign, not by colour alone.
  func line(at place: Int) -> Line {
    guard let revisions = list.revisions else {
      return Line(list.failure ?? Document.waiting, style: model.theme.quiet)
    }
    let revision = revisions[place]
    let isMarked = place == list.marked
    var line = Line.blank
    line.add(isMarked ? model.glyphs.pointer : "", columns: 1, style: model.theme.focus)
    let style = isMarked ? model.theme.strong : model.theme.plain
    line.spans +=
      layout.row([
        Span("\(revision.number)", style: style),
        Span(model.localTime(revision.time).clock, style: model.theme.quiet),
        Span(revision.author),
        Span(revision.cause, style: model.theme.quiet),
        Span(revision.title, style: style),
      ]).spans
    return line
  }

  private var layout: TableLayout {
    let authors = (list.revisions ?? []).map { SafeText.width(of: $0.author) }.max() ?? 6
    let causes = (list.revisions ?? []).map { SafeText.width(of: $0.cause) }.max() ?? 5
    let titles = (list.revisions ?? []).map { SafeText.width(of: $0.title) }.max() ?? 20
    return TableLayout(
      [
        TableColumn("REV", 5, alignment: .right),
        TableColumn("TIME", 8, rank: 2),
        TableColumn("AUTHOR", 8, ideal: max(8, min(authors, 16)), rank: 1),
        TableColumn("BY", 7, ideal: max(7, min(causes, 24)), rank: 3),
        TableColumn("CHANGE", 20, ideal: max(20, min(titles, 100))),
      ],
      available: rect.size.columns - 4,
      gap: 2
    )
  }
}

extension ConsoleModel {
  mutating func askForHistory() -> [ConsoleEffect] {
    overlay = .history(HistoryList())
    return [.ask(.history(limit: HistoryList.limit))]
  }

  /// Takes a key while the history is open.
  mutating func browse(_ list: HistoryList, _ key: Key) -> [ConsoleEffect] {
    var list = list
    let revision = list.revisions.flatMap {
      $0.indices.contains(list.marked) ? $0[list.marked] : nil
    }
    switch key {
    case .escape, .character("q"), .character("Y"):
      overlay = nil
      return []
    case .enter:
      guard let revision else { return [] }
      overlay = nil
      return rollBack(to: revision.number)
    case .character("D"):
      guard let revision else { return [] }
      return readDifference(of: revision.number)
    default:
      let view = HistoryOverlay(model: self, list: list)
      let last = max(0, (list.revisions?.count ?? 1) - 1)
      list.marked =
        Scrolling.offset(key, from: list.marked, page: view.visibleRows - 1, last: last)
        ?? list.marked
      overlay = .history(list)
      return []
    }
  }

  /// Goes back to an earlier revision, as a new one; undo takes that back too.
  private mutating func rollBack(to number: UInt64) -> [ConsoleEffect] {
    if let editBlocker {
      notice = Notice(text: "roll back: \(editBlocker)", isProblem: true)
      return []
    }
    guard number != picture?.revision.number else {
      notice = Notice(text: "rev \(number) is the newest already", isProblem: false)
      return []
    }
    expectRevision()
    return [.rollback(to: number)]
  }

  mutating func readDifference(of number: UInt64) -> [ConsoleEffect] {
    read("What rev \(number) changed", .difference(revision: number))
  }
}
