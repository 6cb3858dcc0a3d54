import TerminalUI

/// The table of actions as an overlay, in as many columns as fit.
struct HelpOverlay {
  let model: ConsoleModel

  private static let entryColumns = 36

  var rect: Rect {
    let columns = min(model.size.columns, HelpOverlay.entryColumns * columnCount + 4)
    let rows = min(model.size.rows, lines.count + 2)
    return Rect(
      column: (model.size.columns - columns) / 2,
      row: (model.size.rows - rows) / 2,
      columns: columns,
      rows: rows
    )
  }

  var visibleRows: Int { max(1, min(model.size.rows, lines.count + 2) - 2) }

  var scrollKeys: String { model.glyphs.isUnicode ? "↑↓" : "j k" }

  private var columnCount: Int {
    max(1, min(3, (model.size.columns - 4) / HelpOverlay.entryColumns))
  }

  /// The entries, column by column, each scope under its heading.
  var lines: [Line] {
    let entries = entries
    let rows = (entries.count + columnCount - 1) / columnCount
    return (0..<rows).map { row in
      var line = Line.blank
      line.space(1)
      for column in 0..<columnCount {
        let index = column * rows + row
        guard index < entries.count else { continue }
        let spans = entries[index].spans
        line.spans += spans
        let used = entries[index].width(isUnicode: model.glyphs.isUnicode)
        line.space(max(0, HelpOverlay.entryColumns - used))
      }
      return line
    }
  }

  /// Groups are parted by blank lines, unless the screen is too low for that.
  private var entries: [Line] {
    let groups = ConsoleAction.groups.map { name, actions in
      [Line(name, style: model.theme.strong)] + lines(of: actions)
    }
    let count = groups.reduce(groups.count - 1) { $0 + $1.count }
    let isTight = (count + columnCount - 1) / columnCount > model.size.rows - 2
    return Array(groups.joined(separator: isTight ? [] : [.blank]))
  }

  /// A line an action; those that go to a pane share one.
  private func lines(of actions: [ConsoleAction]) -> [Line] {
    let paneActions = actions.filter { ConsoleAction.paneIDs.contains($0.id) }
    return actions.compactMap { action in
      guard let first = paneActions.first, ConsoleAction.paneIDs.contains(action.id) else {
        return entry(action.keys, action.title, isPossible: action.blocker(model) == nil)
      }
      guard action.id == first.id else { return nil }
      return entry(paneActions.flatMap(\.keys), "go to that pane", isPossible: true)
    }
  }

  private func entry(_ keys: [Key], _ title: String, isPossible: Bool) -> Line {
    let labels = keys.map { $0.label(isUnicode: model.glyphs.isUnicode) }
    var line = Line.blank
    line.add(isPossible ? "" : "-", columns: 2, style: model.theme.quiet)
    line.add(
      labels.joined(separator: " "),
      columns: 11,
      style: isPossible ? model.theme.focus : model.theme.quiet
    )
    line.space(1)
    line.add(title, columns: 21, style: isPossible ? model.theme.plain : model.theme.quiet)
    return line
  }
}
