import MeshPicture
import TerminalUI

/// What happened, the newest at the bottom.
struct EventsPane {
  let model: ConsoleModel
  let size: Size

  var content: PaneContent {
    var content = PaneContent()
    guard let events = model.shown?.events else { return content }
    let last = max(0, events.count - model.eventsBelow)
    let first = max(0, last - max(1, size.rows))
    content.body = events[first..<min(events.count, first + max(1, size.rows))].map(line)
    if events.isEmpty { content.body = [Line(" nothing has happened yet", style: theme.quiet)] }
    if model.eventsBelow > 0 {
      content.bottomHint = Line(" \(model.eventsBelow) newer below: G ", style: theme.doubtful)
    }
    return content
  }

  private var theme: Theme { model.theme }
  /// Whether there is room for a column that says how grave an event is.
  private var isWide: Bool { size.columns >= 110 }

  private func line(of event: EventPicture) -> Line {
    let time = model.localTime(event.time)
    var line = Line.blank
    line.space(1)
    line.add(isWide ? time.clockWithMilliseconds : time.clock, style: theme.quiet)
    line.space(2)
    let severity = severity(of: event)
    if isWide {
      line.add(severity.text, columns: 7, style: severity.style)
      line.space(1)
    }
    line.add(event.source, columns: isWide ? 20 : 12, style: theme.strong)
    line.space(1)
    if !isWide, event.severity != .info { line.add("\(severity.text) ", style: severity.style) }
    line.add(event.text, style: event.severity == .info ? theme.plain : severity.style)
    return line
  }

  private func severity(of event: EventPicture) -> Span {
    switch event.severity {
    case .info: Span("  info", style: theme.quiet)
    case .warning: Span("! warn", style: theme.doubtful)
    case .error: Span("x ERROR", style: theme.bad)
    }
  }
}
