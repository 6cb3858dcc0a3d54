import TerminalUI

/// The rows that a pane would like to have, its border included.
struct PaneRows: Hashable, Sendable {
  /// No pane is lower than this where the screen has room for it.
  static let least = 5

  /// For all that it must say.
  var needed: Int
  /// For what would be good to see too.
  var wanted: Int
  /// Whether more rows are always of use.
  var isElastic = false

  init(needed: Int, wanted: Int? = nil, isElastic: Bool = false) {
    self.needed = max(PaneRows.least, needed)
    self.wanted = max(PaneRows.least, needed, wanted ?? 0)
    self.isElastic = isElastic
  }

  /// What does for both of two panes side by side.
  func union(_ other: PaneRows) -> PaneRows {
    PaneRows(
      needed: max(needed, other.needed),
      wanted: max(wanted, other.wanted),
      isElastic: isElastic || other.isElastic
    )
  }
}

/// How panes stand to each other.
indirect enum Stack: Hashable, Sendable {
  case pane(Pane)
  /// One below the other; the rows go where they are needed.
  case below([Stack])
  /// Side by side, in proportion to the weights.
  case beside([Stack], [Int])

  func places(in rect: Rect, wants: [Pane: PaneRows]) -> [ScreenLayout.Place] {
    switch self {
    case .pane(let pane):
      return [ScreenLayout.Place(pane: pane, rect: rect)]
    case .below(let parts):
      let rows = Stack.rows(rect.size.rows, for: parts.map { $0.rows(wants) })
      return zip(parts, rect.stacked(rows)).flatMap { $0.places(in: $1, wants: wants) }
    case .beside(let parts, let weights):
      return zip(parts, rect.sideBySide(weights)).flatMap { $0.places(in: $1, wants: wants) }
    }
  }

  private func rows(_ wants: [Pane: PaneRows]) -> PaneRows {
    switch self {
    case .pane(let pane):
      return wants[pane] ?? PaneRows(needed: PaneRows.least)
    case .beside(let parts, _):
      return parts.map { $0.rows(wants) }.reduce(PaneRows(needed: 0)) { $0.union($1) }
    case .below(let parts):
      let all = parts.map { $0.rows(wants) }
      return PaneRows(
        needed: all.reduce(0) { $0 + $1.needed },
        wanted: all.reduce(0) { $0 + $1.wanted },
        isElastic: all.contains(where: \.isElastic)
      )
    }
  }

  /// Shares rows out: first to what is needed, then to what is wanted, and where that doesn't do for
  /// all, a row at a time to the lowest; what is left goes to those that can use it.
  static func rows(_ total: Int, for wants: [PaneRows]) -> [Int] {
    guard !wants.isEmpty else { return [] }
    let least = min(PaneRows.least, max(0, total) / wants.count)
    var rows = wants.map { _ in least }
    var left = max(0, total) - least * wants.count
    for goal in [\PaneRows.needed, \.wanted] {
      while left > 0,
        let lowest = rows.indices.filter({ rows[$0] < wants[$0][keyPath: goal] })
          .min(by: { rows[$0] < rows[$1] })
      {
        rows[lowest] += 1
        left -= 1
      }
    }
    let takers = wants.indices.filter { wants[$0].isElastic }
    rows[takers.first ?? rows.count - 1] += left
    return rows
  }
}
