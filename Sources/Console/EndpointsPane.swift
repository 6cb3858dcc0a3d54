import MeshModel
import MeshPicture
import TerminalUI

/// The workloads that answer: where they listen, how they are, what they did.
struct EndpointsPane {
  let model: ConsoleModel
  let size: Size
  private let endpoints: [EndpointPicture]
  private let hasPlaces: Bool
  private let hasPorts: Bool
  private let layout: TableLayout

  init(model: ConsoleModel, size: Size) {
    self.model = model
    self.size = size
    endpoints = EndpointsPane.endpoints(of: model)
    let places = endpoints.map { SafeText.width(of: EndpointsPane.locality(of: $0)) }.max() ?? 0
    let ports = endpoints.map { SafeText.width(of: EndpointsPane.ports(of: $0)) }.max() ?? 0
    hasPlaces = places > 1
    hasPorts = ports > 1
    layout = EndpointsPane.layout(columns: size.columns, places: places, ports: ports)
  }

  var content: PaneContent {
    var content = PaneContent()
    guard let picture = model.shown else { return content }
    let ready = endpoints.count { EndpointsPane.state(of: $0) == "ready" }
    let others = picture.endpoints.count - endpoints.count
    content.topHint = Line(
      " \(ready) of \(endpoints.count) ready "
        + (others > 0 ? "(\(others) of other services) " : ""),
      style: theme.quiet
    )
    content.head = [indented(layout.header(style: theme.heading))]
    content.body = endpoints.flatMap { lines(of: $0) }
    if endpoints.isEmpty {
      content.body = [Line(" no workload is known yet", style: theme.quiet)]
    }
    content.offset = model.scroll[.endpoints] ?? 0
    return content
  }

  private var theme: Theme { model.theme }

  private func indented(_ line: Line) -> Line {
    Line([Span("", columns: 1)] + line.spans)
  }

  /// Those of the service on the screen, and those of which nobody knows the service.
  private static func endpoints(of model: ConsoleModel) -> [EndpointPicture] {
    let port = model.service?.port
    let all = (model.shown?.endpoints ?? []).map { endpoint in
      // One of another service knows other ports.
      guard let port, endpoint.host == model.service?.host else { return endpoint }
      return endpoint.seen(from: port)
    }
    guard model.services.count > 1, let host = model.service?.host else { return all }
    return all.filter { $0.host == nil || $0.host == host }
  }

  /// `places` and `ports` are the widths of what is to say of them: 1 for nothing.
  private static func layout(columns: Int, places: Int, ports: Int) -> TableLayout {
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
      ] + (places > 1 ? [TableColumn("LOCALITY", 8, ideal: max(8, min(places, 24)), rank: 4)] : [])
        + (ports > 1
          ? [TableColumn("PORTS", max(5, min(ports, 11)), ideal: max(5, min(ports, 24)), rank: 5)]
          : []),
      available: columns - 2,
      gap: columns >= 84 ? 2 : 1
    )
  }

  private func lines(of endpoint: EndpointPicture) -> [Line] {
    let state = EndpointsPane.state(of: endpoint)
    var cells = [
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
    ]
    if hasPlaces { cells.append(Span(EndpointsPane.locality(of: endpoint))) }
    if hasPorts { cells.append(Span(EndpointsPane.ports(of: endpoint))) }
    let row = layout.row(cells)
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

  /// `region/zone/subzone` as far as known, or `-`.
  private static func locality(of endpoint: EndpointPicture) -> String {
    let place = endpoint.locality
    var parts = [place.region, place.zone, place.subZone]
    while parts.last == "" { parts.removeLast() }
    return parts.isEmpty ? "-" : parts.joined(separator: "/")
  }

  /// The service's ports that it serves at other numbers: `80>8080,81>8081`, or `-`.
  private static func ports(of endpoint: EndpointPicture) -> String {
    let ports = endpoint.ports.sorted { $0.key < $1.key }.map { "\($0.key)>\($0.value)" }
    return ports.isEmpty ? "-" : ports.joined(separator: ",")
  }

  private func failures(of endpoint: EndpointPicture) -> Span {
    // What failed just now would not show among all the calls that it ever answered.
    if let share = endpoint.recentFailureShare {
      return Span(Figures.percent(share), style: share > 0 ? theme.bad : theme.plain)
    }
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
