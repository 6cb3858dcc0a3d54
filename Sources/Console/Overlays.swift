import MeshModel
import TerminalUI

extension Frame {
  /// Draws the open overlay over the panes.
  mutating func putOverlay(of model: ConsoleModel) {
    switch model.overlay {
    case .help(let offset): put(HelpOverlay(model: model), offset: offset)
    case .services(let marked): put(ServicePicker(model: model, marked: marked))
    case .delete(let question): put(question, theme: model.theme)
    case .document(let document): put(DocumentOverlay(model: model, document: document))
    case .history(let list): put(HistoryOverlay(model: model, list: list))
    case nil: break
    }
  }

  private mutating func put(_ help: HelpOverlay, offset: Int) {
    let rect = help.rect
    let visible = help.visibleRows
    let lines = help.lines
    let offset = max(0, min(offset, lines.count - visible))
    let hidden = lines.count > visible
    let place = "lines \(offset + 1)-\(min(lines.count, offset + visible)) of \(lines.count)"
    box(
      rect,
      BoxLabels(
        title: Line(" Keys ", style: help.model.theme.strong),
        topHint: Line(" Esc closes "),
        bottomNote: hidden && rect.size.columns < 60
          ? .blank : Line(" - not possible now ", style: help.model.theme.quiet),
        bottomHint: hidden ? Line(" \(place), \(help.scrollKeys) scrolls ") : .blank
      ),
      style: help.model.theme.focus
    )
    for (row, line) in lines.dropFirst(offset).prefix(visible).enumerated() {
      let start = Point(column: rect.origin.column + 1, row: rect.origin.row + 1 + row)
      put(line, at: start, limit: rect.size.columns - 2)
    }
    cursor = nil
  }

  private mutating func put(_ picker: ServicePicker) {
    let rect = picker.rect
    let count = picker.model.services.count
    let visible = picker.visibleRows
    let offset = picker.offset
    let place = "\(offset + 1)-\(min(count, offset + visible)) of \(count)"
    putList(
      in: rect,
      labels: BoxLabels(
        title: Line(" Services ", style: picker.model.theme.strong),
        topHint: Line(" Enter shows it  Esc closes "),
        bottomHint: count > visible ? Line(" \(place) ") : .blank
      ),
      style: picker.model.theme.focus,
      heading: picker.heading,
      lines: (offset..<min(count, offset + visible)).map(picker.line)
    )
  }

  private mutating func put(_ overlay: DocumentOverlay) {
    let rect = overlay.rect
    let visible = overlay.visibleRows
    let lines = overlay.lines
    let offset = max(0, min(overlay.document.offset, lines.count - visible))
    let place = "lines \(offset + 1)-\(min(lines.count, offset + visible)) of \(lines.count)"
    box(
      rect,
      BoxLabels(
        title: Line(" \(overlay.document.title) ", style: overlay.model.theme.strong),
        topHint: Line(" Esc closes "),
        bottomHint: lines.count > visible ? Line(" \(place) ") : .blank
      ),
      style: overlay.model.theme.focus
    )
    for (row, line) in lines.dropFirst(offset).prefix(visible).enumerated() {
      let start = Point(column: rect.origin.column + 2, row: rect.origin.row + 1 + row)
      put(line, at: start, limit: rect.size.columns - 4)
    }
    cursor = nil
  }

  private mutating func put(_ overlay: HistoryOverlay) {
    let count = overlay.list.revisions?.count ?? 0
    let place = "\(overlay.list.marked + 1) of \(count)"
    putList(
      in: overlay.rect,
      labels: BoxLabels(
        title: Line(" History ", style: overlay.model.theme.strong),
        topHint: Line(" Enter goes back to it  D what it changed  Esc closes "),
        bottomHint: count > overlay.visibleRows ? Line(" \(place) ") : .blank
      ),
      style: overlay.model.theme.focus,
      heading: overlay.heading,
      lines: (overlay.offset..<min(max(1, count), overlay.offset + overlay.visibleRows))
        .map(overlay.line)
    )
  }

  /// A heading and lines in a box, one column in.
  private mutating func putList(
    in rect: Rect,
    labels: BoxLabels,
    style: Style,
    heading: Line,
    lines: [Line]
  ) {
    box(rect, labels, style: style)
    let start = Point(column: rect.origin.column + 2, row: rect.origin.row + 1)
    put(
      heading,
      at: Point(column: start.column + 1, row: start.row),
      limit: rect.size.columns - 4
    )
    for (row, line) in lines.enumerated() {
      put(
        line,
        at: Point(column: start.column, row: start.row + 1 + row),
        limit: rect.size.columns - 3
      )
    }
    cursor = nil
  }

  private mutating func put(_ question: DeleteQuestion, theme: Theme) {
    let number = question.address.index + 1
    let match = HTTPMatch.text(of: question.route.matches)
    let width = min(56, size.columns - 4)
    let sentence = SafeText.wrapped(
      "Rule \(number) (\(match)) would go; z brings it back.",
      columns: width - 4,
      isUnicode: isUnicode
    )
    let lines = sentence.prefix(4)
    let rows = lines.count + 4
    let rect = Rect(
      column: (size.columns - width) / 2,
      row: max(0, (size.rows - rows) / 2),
      columns: width,
      rows: rows
    )
    box(
      rect,
      BoxLabels(
        title: Line(" Delete rule \(number)? ", style: theme.bad),
        bottomHint: Line(" y deletes  Esc keeps ")
      ),
      style: theme.bad
    )
    for (row, line) in lines.enumerated() {
      put(line, at: Point(column: rect.origin.column + 2, row: rect.origin.row + 1 + row))
    }
    putAnswers(
      question,
      at: Point(column: rect.origin.column + 2, row: rect.rows.upperBound - 2),
      theme
    )
  }

  /// The two answers; the one that Enter takes is marked by a sign.
  private mutating func putAnswers(_ question: DeleteQuestion, at point: Point, _ theme: Theme) {
    var line = Line.blank
    for (name, isMarked) in [("No", !question.isYes), ("Yes", question.isYes)] {
      line.add(
        isMarked ? " \(glyphs.pointer)\(name) " : "  \(name) ",
        style: isMarked ? theme.reversed : theme.plain
      )
      line.space(2)
    }
    put(line, at: point)
  }
}
