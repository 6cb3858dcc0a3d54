import MeshModel
import MeshPicture
import TerminalUI

/// The workloads that answer: where they listen, how they are, what they did.
struct EndpointsPane {
  let model: ConsoleModel
  let size: Size
  private let layout: TableLayout

  init(model: ConsoleModel, size: Size) {
    self.model = model
    self.size = size
    layout = EndpointsPane.layout(columns: size.columns)
  }

  var content: PaneContent {
    var content = PaneContent()
    guard let picture = model.shown else { return content }
    let ready = picture.endpoints.count { EndpointsPane.state(of: $0) == "ready" }
    content.topHint = Line(" \(ready) of \(picture.endpoints.count) ready ", style: theme.quiet)
    content.head = [indented(layout.header(style: theme.heading))]
    content.body = picture.endpoints.flatMap { lines(of: $0) }
    if picture.endpoints.isEmpty {
      content.body = [Line(" no workload is known yet", style: theme.quiet)]
    }
    content.offset = model.scroll[.endpoints] ?? 0
    return content
  }

  private var theme: Theme { model.theme }

  private func indented(_ line: Line) -> Line {
    Line([Span("", columns: 1)] + line.spans)
  }

  private static func layout(columns: Int) -> TableLayout {
    TableLayout(
      [
        TableColumn("SUBSET", 6, ideal: 12, rank: 2),
        TableColumn("ADDRESS", 15, ideal: 21),
        TableColumn("VERSION", 7, ideal: 10, rank: 3),
        TableColumn("STATE", 8, ideal: 9),
        TableColumn("RPS", 4, alignment: .right),
        TableColumn("ERR", 5, alignment: .right, rank: 1),
        TableColumn("CALLS", 7, alignment: .right, rank: 4),
        TableColumn("PID", 7, alignment: .right, rank: 5),
        TableColumn("WORKLOAD", 22, ideal: 34, rank: 6),
        TableColumn("WEIGHT", 6, alignment: .right, rank: 7),
      ],
      available: columns - 2,
      gap: columns >= 84 ? 2 : 1
    )
  }

  private func lines(of endpoint: EndpointPicture) -> [Line] {
    let state = EndpointsPane.state(of: endpoint)
    let row = layout.row([
      Span(endpoint.subsets.isEmpty ? "-" : endpoint.subsets.joined(separator: ",")),
      Span(endpoint.address.isEmpty ? "-" : endpoint.address),
      Span(endpoint.workloadVersion),
      Span(state, style: style(of: state)),
      Span(EndpointsPane.takesCalls(endpoint) ? Figures.rate(endpoint.callsPerSecond) : "-"),
      failures(of: endpoint),
      Span("\(endpoint.calls)"),
      Span(endpoint.process?.processID.map { "\($0)" } ?? "-"),
      Span(endpoint.id),
      Span("\(endpoint.weight)"),
    ])
    guard let process = endpoint.process, process.state != .starting, let remark = process.remark
    else { return [indented(row)] }
    let text = "\(model.glyphs.branch) \(remark)"
    return [indented(row)]
      + Flow.sentence(
        text,
        columns: size.columns,
        isUnicode: model.capabilities.isUnicode,
        indent: 2,
        hanging: 2,
        atMost: 2,
        style: process.state == .dead ? theme.bad : theme.doubtful
      )
  }

  private func failures(of endpoint: EndpointPicture) -> Span {
    // A call that reached no workload of the subset failed without being one of those answered.
    let calls = max(endpoint.calls, endpoint.failed)
    guard calls > 0 else { return Span("-") }
    let share = Double(endpoint.failed) / Double(calls)
    return Span(Figures.percent(share), style: endpoint.failed > 0 ? theme.bad : theme.plain)
  }

  /// Whether there is a process behind it that could answer.
  private static func takesCalls(_ endpoint: EndpointPicture) -> Bool {
    endpoint.process.map { $0.state == .running } ?? true
  }

  private func style(of state: String) -> Style {
    switch state {
    case "ready": theme.good
    case "dead", "unhealthy": theme.bad
    default: theme.doubtful
    }
  }

  /// One word: what the process is, else what the checks of its health say.
  private static func state(of endpoint: EndpointPicture) -> String {
    switch endpoint.process?.state {
    case .starting: return "starting"
    case .dead: return "dead"
    case .stopped: return "stopped"
    case .running, nil: break
    }
    return switch endpoint.health {
    case .healthy: "ready"
    case .unhealthy: "unhealthy"
    case .draining: "draining"
    }
  }
}
