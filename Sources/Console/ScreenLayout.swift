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
  /// Panes one below the other share the rows by what they want. `slot` is the pane that the
  /// operator asked for; it takes the place that changes hands where not all panes fit. A zoomed
  /// pane has the room of all.
  init(size: Size, slot: Pane?, zoomed: Pane?, wants: [Pane: PaneRows] = [:]) {
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
        ScreenLayout.stacks(in: body.size, slot: slot).places(in: body, wants: wants)
      }
  }

  func rect(of pane: Pane) -> Rect? {
    places.first { $0.pane == pane }?.rect
  }

  /// Which panes stand where on a screen with such a body.
  private static func stacks(in body: Size, slot: Pane?) -> Stack {
    let isWide = body.columns >= 110
    return switch body.rows {
    case 33... where isWide: grid
    case _ where isWide: wide(slot: slot)
    case 50...: column([.rules, .ratio, .calls, .clients, .endpoints, .events])
    case 34...: column([.rules, .ratio, .calls], slot: slot, otherwise: .clients)
    case 19...: column([.rules, .ratio], slot: slot, otherwise: .calls)
    default: column([.rules], slot: slot, otherwise: .ratio)
    }
  }

  /// All six panes, two by two and two across.
  private static let grid = Stack.below([
    .beside([.pane(.rules), .pane(.endpoints)], [7, 5]),
    .beside([.pane(.ratio), .pane(.clients)], [11, 9]),
    .pane(.calls), .pane(.events),
  ])

  /// Rules over ratio on the left, one more pane on the right.
  private static func wide(slot: Pane?) -> Stack {
    let third = chosen(slot, fixed: [.rules, .ratio], otherwise: .calls)
    return .beside([.below([.pane(.rules), .pane(.ratio)]), .pane(third)], [1, 1])
  }

  /// Panes one below the other.
  private static func column(
    _ fixed: [Pane],
    slot: Pane? = nil,
    otherwise: Pane? = nil
  ) -> Stack {
    let panes = fixed + (otherwise.map { [chosen(slot, fixed: fixed, otherwise: $0)] } ?? [])
    return .below(panes.map { .pane($0) })
  }

  private static func chosen(_ slot: Pane?, fixed: [Pane], otherwise: Pane) -> Pane {
    slot.flatMap { fixed.contains($0) ? nil : $0 } ?? otherwise
  }
}
