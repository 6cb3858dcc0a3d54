import MeshModel
import MeshPicture
import TerminalUI

/// The newest calls, one a line.
struct CallsPane {
  let model: ConsoleModel
  let size: Size
  private let layout: TableLayout

  init(model: ConsoleModel, size: Size) {
    self.model = model
    self.size = size
    layout = CallsPane.layout(columns: size.columns, clients: model.shown?.clients ?? [])
  }

  var content: PaneContent {
    var content = PaneContent()
    guard let calls = model.shown?.calls else { return content }
    content.title = title(calls)
    content.topHint = follow
    content.bottomNote = dropped(calls)
    content.bottomHint = Line(" \(calls.matched) of \(calls.total) ", style: theme.quiet)
    content.head = [marked(layout.header(style: theme.heading), isSelected: false)]
    content.foot = foot
    let visible = content.visibleRows(in: size.rows)
    let window = CallsWindow(rows: calls.rows, place: model.callsPlace, visible: visible)
    let end = min(calls.rows.count, window.offset + visible)
    content.body = (window.offset..<max(window.offset, end)).map { index in
      marked(line(of: calls.rows[index]), isSelected: index == window.cursor)
    }
    if calls.rows.isEmpty { content.body = [Line("  \(whyEmpty(calls))", style: theme.quiet)] }
    return content
  }

  private var theme: Theme { model.theme }

  private func title(_ calls: CallsPicture) -> Line {
    guard !model.callFilter.isEmpty || !calls.filter.isEmpty else { return .blank }
    var line = Line(" filter: ", style: theme.quiet)
    line.add("\(model.callFilter) ", style: theme.strong)
    if model.callFilter != calls.filter { line.add("(not applied yet) ", style: theme.quiet) }
    return line
  }

  private var follow: Line {
    model.isFollowing
      ? Line(" FOLLOW ", style: theme.good) : Line(" held: F follows ", style: theme.doubtful)
  }

  private func dropped(_ calls: CallsPicture) -> Line {
    Line(
      " dropped \(calls.dropped) ",
      style: calls.dropped > 0 ? theme.doubtful : theme.quiet
    )
  }

  private func whyEmpty(_ calls: CallsPicture) -> String {
    if calls.total == 0 { return "no call yet" }
    return calls.filter.isEmpty ? "no call is kept" : "no call passes the filter"
  }

  private var foot: [PaneContent.FootLine] {
    guard let prompt = model.prompt, prompt.pane == .calls else { return [] }
    var lines: [PaneContent.FootLine] = [.field(label: prompt.label, prompt.field)]
    if CallsPane.hasHint(rows: size.rows) {
      lines.append(.text(Line(" \(prompt.hint)", style: theme.quiet)))
    }
    return lines
  }

  /// Whether how to fill the filter in stands below it, with so many rows inside the border; else
  /// it stands in the last line of the screen.
  static func hasHint(rows: Int) -> Bool { rows >= 6 }

  private func marked(_ line: Line, isSelected: Bool) -> Line {
    let pointer = model.focus == .calls ? model.glyphs.pointer : model.glyphs.idlePointer
    return Line([Span(isSelected ? pointer : "", style: theme.focus, columns: 1)] + line.spans)
  }

  // MARK: Columns

  /// From here on codes have their full names.
  private static let wideColumns = 150

  private static func layout(columns: Int, clients: [ClientPicture]) -> TableLayout {
    let names = max(8, min(14, clients.map { SafeText.width(of: $0.name) }.max() ?? 0))
    return TableLayout(
      [
        TableColumn("TIME", 12),
        TableColumn("CLIENT", names, ideal: max(names, columns >= wideColumns ? 24 : 12)),
        TableColumn("METHOD", 8, ideal: 20, rank: 6),
        TableColumn("HEADERS", 10, ideal: 36, rank: 1),
        TableColumn("RULE", 4, alignment: .right, rank: 3),
        TableColumn("SUBSET", 6, ideal: 8, rank: 8),
        TableColumn("VERSION", 7, ideal: 9),
        TableColumn("ENDPOINT", 15, ideal: 21, rank: 7),
        TableColumn("CODE", columns >= wideColumns ? 18 : 5),
        TableColumn("MS", 5, alignment: .right, rank: 2),
        TableColumn("REV", 4, alignment: .right, rank: 4),
      ],
      available: columns - 2,
      gap: columns >= 110 ? 2 : 1
    )
  }

  private func line(of row: CallRow) -> Line {
    let record = row.record
    let code = StatusCode(record.statusCode)
    return layout.row([
      Span(model.localTime(record.time).clockWithMilliseconds, style: theme.quiet),
      Span(row.client),
      Span(method(of: record.path, columns: layout.widths[2] ?? 0)),
      Span(headers(of: record)),
      Span(row.rule.map { "\($0)" } ?? "-"),
      Span(row.subset.isEmpty ? "-" : row.subset),
      Span(record.workloadVersion.isEmpty ? "-" : record.workloadVersion),
      Span(record.endpoint.isEmpty ? "-" : record.endpoint),
      Span(
        size.columns >= CallsPane.wideColumns ? code.name : code.short,
        style: code.isOK ? theme.good : theme.bad
      ),
      Span(Figures.milliseconds(microseconds: record.latencyMicroseconds)),
      Span(row.revision.map { "\($0)" } ?? "-", style: revisionStyle(row.revision)),
    ])
  }

  /// A call by older rules than the newest stands out.
  private func revisionStyle(_ revision: UInt64?) -> Style {
    revision == model.shown?.revision.number ? theme.quiet : theme.doubtful
  }

  /// `/api.Greeter/SayHello` as `Greeter/SayHello`, or as `SayHello` where that is too long.
  private func method(of path: String, columns: Int) -> String {
    let parts = path.split(separator: "/")
    guard parts.count == 2, let service = parts[0].split(separator: ".").last else { return path }
    let full = "\(service)/\(parts[1])"
    return SafeText.width(of: full) <= columns ? full : String(parts[1])
  }

  private func headers(of record: CallRecord) -> String {
    guard !record.headers.isEmpty else { return "-" }
    return record.headers.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
  }
}

/// A gRPC status code by its names.
struct StatusCode: Hashable, Sendable {
  /// `UNAVAILABLE`.
  let name: String
  /// `UNAVL`: five letters at most.
  let short: String
  let isOK: Bool

  init(_ number: Int) {
    let names = [
      ("OK", "OK"), ("CANCELLED", "CANCL"), ("UNKNOWN", "UNKWN"), ("INVALID_ARGUMENT", "INVAL"),
      ("DEADLINE_EXCEEDED", "DEADL"), ("NOT_FOUND", "NOTFD"), ("ALREADY_EXISTS", "EXIST"),
      ("PERMISSION_DENIED", "DENID"), ("RESOURCE_EXHAUSTED", "EXHST"),
      ("FAILED_PRECONDITION", "PRECD"), ("ABORTED", "ABORT"), ("OUT_OF_RANGE", "RANGE"),
      ("UNIMPLEMENTED", "UNIMP"), ("INTERNAL", "INTRN"), ("UNAVAILABLE", "UNAVL"),
      ("DATA_LOSS", "LOST"), ("UNAUTHENTICATED", "UNAUT"),
    ]
    let known = names.indices.contains(number) ? names[number] : ("CODE \(number)", "\(number)")
    name = known.0
    short = known.1
    isOK = number == 0
  }
}
