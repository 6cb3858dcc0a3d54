import TerminalUI

/// Where everything stands on a screen of some size.
struct ScreenLayout: Hashable, Sendable {
  struct Place: Hashable, Sendable {
    var pane: Pane
    var rect: Rect
  }

  /// Smaller screens show a message instead.
  static let minimum = Size(columns: 60, rows: 16)

  let header: Rect
  /// One line or two.
  let footer: Rect
  /// In reading order.
  let places: [Place]

  /// Lays a screen out.
  ///
  /// `slot` is the pane that the operator asked for; it takes the place that changes hands where
  /// not all panes fit. A zoomed pane has the room of all.
  init(size: Size, slot: Pane?, zoomed: Pane?) {
    let footerRows = size.rows >= 20 ? 2 : 1
    let body = Rect(
      column: 0,
      row: 1,
      columns: size.columns,
      rows: max(0, size.rows - 1 - footerRows)
    )
    header = Rect(column: 0, row: 0, columns: size.columns, rows: 1)
    footer = Rect(
      column: 0,
      row: body.rows.upperBound,
      columns: size.columns,
      rows: footerRows
    )
    places =
      if let zoomed { [Place(pane: zoomed, rect: body)] } else {
        ScreenLayout.places(in: body, slot: slot)
      }
  }

  func rect(of pane: Pane) -> Rect? {
    places.first { $0.pane == pane }?.rect
  }

  private static func places(in body: Rect, slot: Pane?) -> [Place] {
    let isWide = body.size.columns >= 110
    return switch body.size.rows {
    case 33... where isWide: grid(body)
    case _ where isWide: wide(body, slot: slot)
    case 50...: column(body, fixed: [.rules, .ratio, .calls, .clients, .endpoints, .events])
    case 34...: column(body, fixed: [.rules, .ratio, .calls], slot: slot, otherwise: .clients)
    case 19...: column(body, fixed: [.rules, .ratio], slot: slot, otherwise: .calls)
    default: column(body, fixed: [.rules], slot: slot, otherwise: .ratio)
    }
  }

  /// All six panes, two by two and two across.
  private static func grid(_ body: Rect) -> [Place] {
    let rows = body.stacked([11, 10, 10, 6])
    let top = rows[0].sideBySide([7, 5])
    let middle = rows[1].sideBySide([11, 9])
    return [
      Place(pane: .rules, rect: top[0]), Place(pane: .endpoints, rect: top[1]),
      Place(pane: .ratio, rect: middle[0]), Place(pane: .clients, rect: middle[1]),
      Place(pane: .calls, rect: rows[2]), Place(pane: .events, rect: rows[3]),
    ]
  }

  /// Rules over ratio on the left, one more pane on the right.
  private static func wide(_ body: Rect, slot: Pane?) -> [Place] {
    let sides = body.sideBySide([1, 1])
    let left = sides[0].stacked([1, 1])
    let third = chosen(slot, fixed: [.rules, .ratio], otherwise: .calls)
    return [
      Place(pane: .rules, rect: left[0]), Place(pane: .ratio, rect: left[1]),
      Place(pane: third, rect: sides[1]),
    ]
  }

  /// Panes one below the other.
  private static func column(
    _ body: Rect,
    fixed: [Pane],
    slot: Pane? = nil,
    otherwise: Pane? = nil
  ) -> [Place] {
    let panes = fixed + (otherwise.map { [chosen(slot, fixed: fixed, otherwise: $0)] } ?? [])
    let rects = body.stacked(panes.map { weight(of: $0, among: panes.count) })
    return zip(panes, rects).map { Place(pane: $0, rect: $1) }
  }

  private static func weight(of pane: Pane, among count: Int) -> Int {
    guard count > 3 else { return 1 }
    return switch pane {
    case .rules, .ratio, .clients: 9
    case .calls: 11
    case .endpoints, .events: 7
    }
  }

  private static func chosen(_ slot: Pane?, fixed: [Pane], otherwise: Pane) -> Pane {
    slot.flatMap { fixed.contains($0) ? nil : $0 } ?? otherwise
  }
}
