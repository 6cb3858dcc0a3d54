import MeshModel
import MeshPicture
import TerminalUI

/// Which service the operator chose; it stays the same while others come and go.
struct ServiceChoice: Hashable, Sendable {
  var host: HostName
  var port: UInt16

  init(_ service: ServicePicture) {
    host = service.host
    port = service.port
  }
}

/// The mesh's services as a list to choose from.
struct ServicePicker {
  let model: ConsoleModel
  let marked: Int

  private static let widest = 100

  var rect: Rect {
    let columns = min(model.size.columns - 4, ServicePicker.widest)
    let rows = min(model.size.rows - 2, model.services.count + 3)
    return Rect(
      column: (model.size.columns - columns) / 2,
      row: (model.size.rows - rows) / 2,
      columns: columns,
      rows: rows
    )
  }

  /// The services that show at a time, below the heading.
  var visibleRows: Int { max(1, rect.size.rows - 3) }

  var offset: Int {
    ListWindow.offset(
      0,
      cursor: marked,
      count: model.services.count,
      visible: visibleRows
    )
  }

  var heading: Line { layout.header(style: model.theme.heading) }

  /// The service at a place; the marked one is told by a sign, not by colour alone.
  func line(at place: Int) -> Line {
    let service = model.services[place]
    let isMarked = place == marked
    var line = Line.blank
    line.add(isMarked ? model.glyphs.pointer : "", columns: 1, style: model.theme.focus)
    let style = isMarked ? model.theme.strong : model.theme.plain
    line.spans +=
      layout.row([
        Span("\(service.host):\(service.port)", style: style),
        Span(service.virtualService.map { "\($0)" } ?? "-"),
        Span(service.virtualService == nil ? "-" : "\(service.rules.count)"),
        Span(Figures.rate(service.callsPerSecond)),
        Span(
          service.errorShare.map { Figures.percent($0) } ?? "-",
          style: service.errorShare ?? 0 > 0 ? model.theme.bad : model.theme.plain
        ),
      ]).spans
    return line
  }

  private var layout: TableLayout {
    let names = model.services.map { SafeText.width(of: "\($0.host):\($0.port)") }.max() ?? 8
    return TableLayout(
      [
        TableColumn("SERVICE", 20, ideal: max(20, min(names, 60))),
        TableColumn("VIRTUALSERVICE", 14, ideal: 28, rank: 2),
        TableColumn("RULES", 5, alignment: .right, rank: 1),
        TableColumn("RPS", 5, alignment: .right),
        TableColumn("ERR", 5, alignment: .right),
      ],
      available: rect.size.columns - 4,
      gap: 2
    )
  }
}

extension ConsoleModel {
  /// Why there is no service to choose.
  var servicesBlocker: String? {
    switch services.count {
    case 0: "the mesh has no service yet"
    case 1: "the mesh has only this service"
    default: nil
    }
  }

  mutating func askForService() {
    overlay = .services(marked: servicePlace ?? 0)
  }

  /// Takes a key while the services are on the screen.
  mutating func pickService(_ key: Key, marked: Int) {
    let page = max(1, ServicePicker(model: self, marked: marked).visibleRows - 1)
    let next: Int
    switch key {
    case .escape, .character("q"), .character("s"):
      overlay = nil
      return
    case .enter:
      overlay = nil
      if services.indices.contains(marked) { show(services[marked]) }
      return
    case .up, .character("k"): next = marked - 1
    case .down, .character("j"): next = marked + 1
    case .pageUp, .control("u"): next = marked - page
    case .pageDown, .control("d"): next = marked + page
    case .home, .character("g"): next = 0
    case .end, .character("G"): next = services.count - 1
    case .character, .control, .tab, .backTab, .backspace, .delete, .left, .right, .function:
      return
    }
    overlay = .services(marked: max(0, min(next, services.count - 1)))
  }

  private mutating func show(_ service: ServicePicture) {
    let choice = ServiceChoice(service)
    guard choice != self.service.map({ ServiceChoice($0) }) else { return }
    chosen = choice
    rulesCursor = RulesCursor()
    outstanding?.nextRule = nil
    for pane in [Pane.rules, .ratio, .endpoints] { scroll[pane] = 0 }
  }
}
