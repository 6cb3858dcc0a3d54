import TerminalUI

/// What a pane shows: fixed lines at its top and bottom, and between them lines that scroll.
struct PaneContent: Hashable, Sendable {
  /// A fixed line at the bottom: text, or the text field that the operator is in.
  enum FootLine: Hashable, Sendable {
    case text(Line)
    case field(label: String, TextField)
  }

  /// After the pane's name.
  var title = Line.blank
  var topHint = Line.blank
  var bottomNote = Line.blank
  var bottomHint = Line.blank
  var head: [Line] = []
  var body: [Line] = []
  /// How far ``body`` is scrolled.
  var offset = 0
  /// The line of ``body`` that must be in sight, and what belongs to it and should be.
  var cursor: Range<Int>?
  var foot: [FootLine] = []

  /// The lines of ``body`` that fit a pane with `rows` lines inside; at least one.
  func visibleRows(in rows: Int) -> Int {
    max(1, rows - head.count - foot.count)
  }

  /// The first line of ``body`` that shows in a pane with `rows` lines inside.
  func firstLine(in rows: Int) -> Int {
    let visible = visibleRows(in: rows)
    let offset = ListWindow.offset(
      offset,
      cursor: cursor.map { $0.upperBound - 1 },
      count: body.count,
      visible: visible
    )
    return ListWindow.offset(
      offset,
      cursor: cursor?.lowerBound,
      count: body.count,
      visible: visible
    )
  }

  /// Which lines show, for the border; blank where all do.
  func place(in rows: Int) -> Line {
    let visible = visibleRows(in: rows)
    guard body.count > visible else { return .blank }
    let first = firstLine(in: rows)
    return Line(" \(first + 1)-\(first + visible) of \(body.count) lines ")
  }
}

extension ConsoleModel {
  /// What a pane has to show in the room inside its border.
  func content(of pane: Pane, size: Size) -> PaneContent {
    switch pane {
    case .rules: RulesPane(model: self, size: size).content
    case .calls: CallsPane(model: self, size: size).content
    case .ratio: RatioPane(model: self, size: size).content
    case .clients: ClientsPane(model: self, size: size).content
    case .endpoints: EndpointsPane(model: self, size: size).content
    case .events: EventsPane(model: self, size: size).content
    }
  }
}

extension Frame {
  /// Draws a pane with its border; the focused one is marked by a sign, not by colour alone.
  mutating func put(_ pane: Pane, of model: ConsoleModel, in rect: Rect) {
    let inner = rect.inner
    let content = model.content(of: pane, size: inner.size)
    let isFocused = model.focus == pane
    let theme = model.theme
    box(
      rect,
      BoxLabels(
        title: paneTitle(pane, isFocused: isFocused, theme: theme) + content.title,
        topHint: content.topHint,
        bottomNote: content.bottomNote,
        bottomHint: content.bottomHint == .blank
          ? content.place(in: inner.size.rows) : content.bottomHint
      ),
      style: isFocused ? theme.focus : theme.border
    )
    guard !inner.isEmpty else { return }
    put(content, in: inner, theme: theme)
  }

  private func paneTitle(_ pane: Pane, isFocused: Bool, theme: Theme) -> Line {
    let number = isUnicode ? "\(pane.rawValue)" : "[\(pane.rawValue)]"
    guard isFocused else {
      return Line([Span("\(number) \(pane.name) ", style: theme.strong)])
    }
    return Line([Span("\(glyphs.pointer)\(number) \(pane.name) ", style: theme.reversed)])
  }

  private mutating func put(_ content: PaneContent, in rect: Rect, theme: Theme) {
    var row = rect.origin.row
    let end = rect.rows.upperBound
    func point(_ row: Int) -> Point { Point(column: rect.origin.column, row: row) }
    for line in content.head where row < end {
      put(line, at: point(row), limit: rect.size.columns)
      row += 1
    }
    let visible = content.visibleRows(in: rect.size.rows)
    for line in content.body.dropFirst(content.firstLine(in: rect.size.rows)).prefix(visible)
    where row < end {
      put(line, at: point(row), limit: rect.size.columns)
      row += 1
    }
    row = max(rect.origin.row, end - content.foot.count)
    for line in content.foot where row < end {
      put(line, at: point(row), columns: rect.size.columns, theme: theme)
      row += 1
    }
  }

  private mutating func put(
    _ line: PaneContent.FootLine,
    at point: Point,
    columns: Int,
    theme: Theme
  ) {
    switch line {
    case .text(let line):
      fill(Rect(origin: point, size: Size(columns: columns, rows: 1)))
      put(line, at: point, limit: columns)
    case .field(let label, let field):
      let used = put(Line(" \(label): ", style: theme.strong), at: point, limit: columns)
      let start = Point(column: point.column + used, row: point.row)
      put(field, at: start, columns: columns - used - 1)
    }
  }
}
