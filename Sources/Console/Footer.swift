import TerminalUI

/// The last lines: the panes, and the keys that matter now or what there is to say.
struct Footer {
  let model: ConsoleModel

  private var theme: Theme { model.theme }
  private var isUnicode: Bool { model.capabilities.isUnicode }

  /// The panes with their numbers; the focused one is marked.
  func panes(columns: Int) -> Line {
    let shown = model.layout.places.map(\.pane)
    var line = Line.blank
    for pane in Pane.allCases {
      let isFocused = pane == model.focus
      let text = "\(pane.rawValue) \(pane.shortName)"
      line.add(isFocused ? model.glyphs.pointer : " ", style: theme.focus)
      line.add(
        text,
        style: isFocused ? theme.focus : shown.contains(pane) ? theme.plain : theme.quiet
      )
      line.space(1)
    }
    let used = line.width(isUnicode: isUnicode)
    let next = "  Tab next pane"
    if columns - used >= next.utf8.count { line.add(next, style: theme.quiet) }
    return line
  }

  /// What there is to say, else the keys of the focused pane.
  func keys(columns: Int) -> Line {
    if let text = message { return text }
    let actions = ConsoleAction.all.filter { $0.short != nil }
    let ends = actions.filter { $0.id == .help || $0.id == .quit }
    let own = actions.filter { $0.scope == .pane(model.focus) }
    let shared = actions.filter { $0.scope == .everywhere && $0.id != .help && $0.id != .quit }
    let last = ends.map(piece)
    var room = columns - 1 - last.reduce(0) { $0 + $1.width(isUnicode: isUnicode) + 2 }
    var pieces: [Line] = []
    for piece in (own + shared).map(piece) {
      let width = piece.width(isUnicode: isUnicode) + 2
      guard width <= room else { break }
      room -= width
      pieces.append(piece)
    }
    var line = Line.blank
    for piece in pieces + last {
      line.space(line.spans.isEmpty ? 1 : 2)
      line.spans += piece.spans
    }
    return line
  }

  private func piece(_ action: ConsoleAction) -> Line {
    let isPossible = action.blocker(model) == nil
    let key = action.keys.first?.label(isUnicode: isUnicode) ?? ""
    return Line([
      Span(key, style: isPossible ? theme.strong : theme.quiet),
      Span(" \(action.short ?? "")", style: isPossible ? theme.plain : theme.quiet),
    ])
  }

  private var message: Line? {
    if model.overlay == nil, let prompt = model.prompt {
      let keys = "^u clears to the left  ^w a word"
      guard prompt.pane == .calls else {
        return Line(" Enter takes it  Esc leaves it  \(keys)", style: theme.quiet)
      }
      let ends = "Enter keeps it  Esc clears it"
      let rows = model.layout.rect(of: .calls)?.inner.size.rows ?? 0
      let text = CallsPane.hasHint(rows: rows) ? "\(ends)  \(keys)" : "\(prompt.hint)  \(ends)"
      return Line(" \(text)", style: theme.quiet)
    }
    if let notice = model.notice {
      return Line(
        notice.isProblem ? " ! \(notice.text)" : " \(notice.text)",
        style: notice.isProblem ? theme.doubtful : theme.strong
      )
    }
    if let refusal = model.refusal, model.layout.rect(of: .rules) == nil {
      return Line(" ! refused: \(refusal)", style: theme.bad)
    }
    return nil
  }
}

extension Frame {
  mutating func put(_ footer: Footer, in rect: Rect) {
    let columns = rect.size.columns
    if rect.size.rows > 1 { put(footer.panes(columns: columns), at: rect.origin, limit: columns) }
    let last = Point(column: 0, row: rect.rows.upperBound - 1)
    put(footer.keys(columns: columns), at: last, limit: columns)
  }
}
