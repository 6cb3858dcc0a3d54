import MeshPicture
import TerminalUI

extension ConsoleModel {
  /// What the panes' heights depend on besides the figures in them.
  struct HeightCause: Hashable, Sendable {
    var size: Size
    var slot: Pane?
    var rule: Int
    var rules: PaneRows?
    var groupsByClient: Bool
  }

  /// Lets the panes' heights follow their content.
  ///
  /// While only figures change, a pane gets higher but not lower: it must not tremble with a text
  /// that takes a line more from time to time.
  mutating func settleHeights() {
    guard shown != nil, !isTooSmall, !isZoomed else { return }
    var new = newHeights
    let cause = HeightCause(
      size: size,
      slot: slot,
      rule: rulesCursor.rule,
      rules: new[.rules],
      groupsByClient: groupsByClient
    )
    if cause == heightCause { new.merge(heights) { $0.union($1) } }
    heightCause = cause
    heights = new
  }

  private var newHeights: [Pane: PaneRows] {
    // A text field or a refusal borrows its lines for a moment; nothing moves for it.
    var calm = self
    calm.prompt = nil
    calm.refusal = nil
    return Dictionary(
      uniqueKeysWithValues: calm.layout.places.map { place in
        (place.pane, calm.rows(of: place.pane, columns: place.rect.inner.size.columns))
      }
    )
  }

  /// More lines than a screen has; what lies beyond need not be counted.
  private static let most = 60

  private func rows(of pane: Pane, columns: Int) -> PaneRows {
    switch pane {
    case .calls:
      // The heading and three calls, or ten.
      return PaneRows(needed: 6, wanted: 13, isElastic: true)
    case .events:
      let count = min(ConsoleModel.most, shown?.events.count ?? 0)
      return PaneRows(needed: min(count, 4) + 2, wanted: min(count, 8) + 2, isElastic: true)
    case .rules:
      let low = lines(of: .rules, columns: columns, rows: 0)
      return PaneRows(
        needed: low + 2,
        wanted: low == ConsoleModel.most
          ? nil : lines(of: .rules, columns: columns, rows: ConsoleModel.most) + 2
      )
    case .ratio, .clients, .endpoints:
      return PaneRows(needed: lines(of: pane, columns: columns, rows: ConsoleModel.most) + 2)
    }
  }

  /// The lines of a pane that would have so many rows inside its border.
  private func lines(of pane: Pane, columns: Int, rows: Int) -> Int {
    let count =
      switch pane {
      case .rules: rules.count
      case .clients: shown?.clients.count ?? 0
      case .endpoints: shown?.endpoints.count ?? 0
      case .calls, .ratio, .events: 0
      }
    guard count < ConsoleModel.most else { return ConsoleModel.most }
    let content = content(of: pane, size: Size(columns: columns, rows: rows))
    return min(ConsoleModel.most, content.head.count + content.body.count + content.foot.count)
  }
}
