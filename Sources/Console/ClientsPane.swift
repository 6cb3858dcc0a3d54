import MeshPicture
import TerminalUI

/// The xDS clients: what each was sent, what it has in force, and what it refused.
struct ClientsPane {
  let model: ConsoleModel
  let size: Size
  private let layout: TableLayout

  init(model: ConsoleModel, size: Size) {
    self.model = model
    self.size = size
    layout = ClientsPane.layout(of: model, columns: size.columns)
  }

  var content: PaneContent {
    var content = PaneContent()
    guard let picture = model.shown else { return content }
    if picture.clients.contains(where: { $0.process == nil }) {
      content.title = Line(" * not started by Weir ", style: theme.quiet)
    }
    content.topHint = summary(picture.revision)
    content.head = [indented(layout.header(style: theme.heading))]
    content.body = picture.clients.flatMap { lines(of: $0) }
    if picture.clients.isEmpty {
      content.body = Flow.sentence(
        picture.awaitedClient,
        columns: size.columns,
        isUnicode: glyphs.isUnicode,
        style: theme.quiet
      )
    }
    content.offset = model.scroll[.clients] ?? 0
    return content
  }

  private var theme: Theme { model.theme }
  private var glyphs: Glyphs { model.glyphs }
  /// From here on each resource type has a column.
  private static let wideColumns = 84
  private static let noteLimit = 3
  private var isWide: Bool { size.columns >= ClientsPane.wideColumns }

  private func summary(_ revision: RevisionPicture) -> Line {
    var line = Line(" ACK \(revision.acked)/\(revision.connected) ")
    if revision.nacked > 0 { line.add("NACK \(revision.nacked) ", style: theme.bad) }
    return line
  }

  private func indented(_ line: Line) -> Line {
    Line([Span("", columns: 1)] + line.spans)
  }

  // MARK: Columns

  private static func layout(of model: ConsoleModel, columns: Int) -> TableLayout {
    let clients = model.shown?.clients ?? []
    let names = clients.map { SafeText.width(of: name(of: $0)) }.max() ?? 0
    let states = clients.map { shortStates(of: $0, model.glyphs).count }.max() ?? 0
    let kinds = clients.map { kind(of: $0).utf8.count }.max() ?? 0
    let types =
      columns >= wideColumns
      ? ClientsPane.types.map { TableColumn($0, 5) }
      : [TableColumn("TYPES", max(7, states), rank: 3)]
    return TableLayout(
      [TableColumn("CLIENT", max(8, min(names, 16)), ideal: max(20, min(names, 40)))] + types + [
        TableColumn("SENT", 4, alignment: .right, rank: 6),
        TableColumn("ACK", 4, alignment: .right),
        TableColumn("STATE", 5),
        TableColumn("LAG", 7, alignment: .right, rank: 1),
        TableColumn("RPS", 4, alignment: .right, rank: 4),
        TableColumn("ERR", 5, alignment: .right, rank: 7),
        TableColumn("VIA", 4, rank: 2),
        TableColumn("KIND", max(4, kinds), rank: 5),
        TableColumn("PID", 7, alignment: .right, rank: 8),
        TableColumn("NODE ID", 20, ideal: 40, rank: 9),
      ],
      available: columns - 2,
      gap: columns >= wideColumns ? 2 : 1
    )
  }

  private func lines(of client: ClientPicture) -> [Line] {
    let typeCells =
      isWide
      ? ClientsPane.types.map { Span(longState(of: $0, client)) }
      : [Span(ClientsPane.shortStates(of: client, glyphs))]
    let row = layout.row(
      [Span(ClientsPane.name(of: client))] + typeCells
        + [
          Span(number(client.sentRevision)), Span(number(client.ackedRevision)),
          state(of: client),
          Span(client.ackMicroseconds.map { Figures.duration(microseconds: $0) } ?? "-"),
          Span(Figures.rate(client.callsPerSecond)),
          failures(of: client),
          Span(
            client.source,
            style: client.source == "none" ? theme.quiet : theme.plain
          ),
          Span(ClientsPane.kind(of: client)),
          Span(client.process?.processID.map { "\($0)" } ?? "-"),
          Span(client.nodeID, style: theme.quiet),
        ]
    )
    return [indented(row)] + remarks(on: client)
  }

  /// With the mark of those that Weir didn't start.
  private static func name(of client: ClientPicture) -> String {
    client.process == nil ? "\(client.name) *" : client.name
  }

  /// `grpc`, `envoy SotW` or `envoy delta`: the variant where a profile comes in both.
  private static func kind(of client: ClientPicture) -> String {
    guard !client.profile.isEmpty else { return "-" }
    return client.profile == "grpc" && client.variant == "SotW"
      ? client.profile : "\(client.profile) \(client.variant)"
  }

  private func number(_ revision: UInt64?) -> String { revision.map { "\($0)" } ?? "-" }

  private func failures(of client: ClientPicture) -> Span {
    guard client.calls > 0 else { return Span("-") }
    let share = Double(client.failed) / Double(client.calls)
    return Span("\(Figures.percent(share))", style: client.failed > 0 ? theme.bad : theme.plain)
  }

  private func state(of client: ClientPicture) -> Span {
    switch client.state {
    case .acked: Span("ACK", style: theme.good)
    case .nacked: Span("NACK", style: theme.bad)
    case .waiting: Span("wait", style: theme.doubtful)
    case .stale: Span("STALE", style: theme.bad)
    case .disconnected: Span("gone", style: theme.quiet)
    }
  }

  // MARK: Types

  private static let types = ["LDS", "RDS", "CDS", "EDS"]

  private static func sign(of type: ClientPicture.TypeState, _ glyphs: Glyphs) -> String {
    if type.isNacked { return glyphs.isUnicode ? "✗" : "!" }
    if type.isPending { return glyphs.isUnicode ? "…" : "?" }
    return ""
  }

  /// `43`, `42 ✗`, `43 …`, or `-` where the client has no use for the type.
  private func longState(of name: String, _ client: ClientPicture) -> String {
    guard let type = client.types.first(where: { $0.type == name }) else { return "-" }
    let sign = ClientsPane.sign(of: type, glyphs)
    return number(type.ackedRevision) + (sign.isEmpty ? "" : " \(sign)")
  }

  /// `L R C E`, with a sign after what is refused or pending.
  private static func shortStates(of client: ClientPicture, _ glyphs: Glyphs) -> String {
    let states = types.map { name in
      guard let type = client.types.first(where: { $0.type == name }) else { return "- " }
      let sign = sign(of: type, glyphs)
      return "\(name.prefix(1))\(sign.isEmpty ? " " : sign)"
    }
    .joined()
    return states.hasSuffix(" ") ? String(states.dropLast()) : states
  }

  // MARK: Remarks

  /// What was refused, and what happened to the process, below the client.
  private func remarks(on client: ClientPicture) -> [Line] {
    var lines: [Line] = []
    if client.state == .nacked || !client.nackMessage.isEmpty {
      let types = client.types.filter(\.isNacked).map(\.type).joined(separator: " ")
      let kept = client.ackedRevision.map { " (keeps rev \($0))" } ?? ""
      lines += remark("NACK \(types): \(client.nackMessage)\(kept)", style: theme.bad, atMost: 3)
    }
    for note in client.notes.prefix(ClientsPane.noteLimit) {
      lines += remark(note, style: theme.doubtful, atMost: 2)
    }
    let more = client.notes.count - ClientsPane.noteLimit
    if more > 0 { lines += remark("and \(more) more", style: theme.doubtful, atMost: 1) }
    if client.strayCalls > 0 {
      let text = "reported \(client.strayCalls) calls of clusters unknown here"
      lines += remark(text, style: theme.doubtful, atMost: 2)
    }
    if let process = client.process, let text = process.remark {
      lines += remark(text, style: process.state == .dead ? theme.bad : theme.doubtful, atMost: 2)
    }
    return lines
  }

  private func remark(_ text: String, style: Style, atMost: Int) -> [Line] {
    Flow.sentence(
      "\(glyphs.branch) \(text)",
      columns: size.columns,
      isUnicode: glyphs.isUnicode,
      indent: 2,
      hanging: 2,
      atMost: atMost,
      style: style
    )
  }
}

extension MeshPicture {
  /// What is awaited while no client is there.
  fileprivate var awaitedClient: String {
    let place = xdsAddress.isEmpty ? "the xDS port (--listen)" : xdsAddress
    return mesh == "external"
      ? "no client yet: point one at \(place); weir bootstrap prints what it needs"
      : "no client has connected yet"
  }
}

extension ProcessPicture {
  /// What the operator should know of a process; nil while it simply runs.
  var remark: String? {
    let often = restarts == 0 ? "" : ", \(Plural.count(restarts, "restart")) so far"
    let next = restartInMilliseconds.map {
      let wait = $0.multipliedReportingOverflow(by: 1000)
      return ", starts again in "
        + Figures.duration(microseconds: wait.overflow ? .max : wait.partialValue)
    }
    let reason = exitReason.isEmpty ? "" : ": \(exitReason)"
    return switch state {
    case .running: nil
    case .starting: "starting\(often)"
    case .dead: "dead\(reason)\(next ?? "")\(often)"
    case .stopped: "stopped\(reason)"
    }
  }
}
