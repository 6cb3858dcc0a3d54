import MeshModel
import MeshPicture
import TerminalUI

/// How far the operator wants to go in a pane.
enum Movement: Hashable, Sendable {
  case lines(Int)
  case pages(Int)
  case first, last
}

extension ConsoleModel {
  /// Goes up or down in the focused pane.
  mutating func move(_ movement: Movement) {
    switch focus {
    case .rules: moveInRules(movement)
    case .calls: moveInCalls(movement)
    case .events: moveInEvents(movement)
    case .ratio, .clients, .endpoints: scrollPane(movement)
    }
  }

  /// Follows the newest calls, or stops at the last one.
  mutating func toggleFollow() {
    if callsPlace == nil { stopFollowing() } else { callsPlace = nil }
  }

  /// The lines of a list that the focused pane has room for.
  private var visibleLines: Int {
    guard let rect = layout.rect(of: focus) else { return 1 }
    return max(1, content(of: focus, size: rect.inner.size).visibleRows(in: rect.inner.size.rows))
  }

  private func target(_ movement: Movement, from index: Int, count: Int) -> Int {
    let index =
      switch movement {
      case .lines(let distance): index + distance
      case .pages(let distance): index + distance * max(1, visibleLines - 1)
      case .first: 0
      case .last: count - 1
      }
    return max(0, min(index, count - 1))
  }

  private mutating func moveInRules(_ movement: Movement) {
    let rows = rules.enumerated().flatMap { rule, picture in
      picture.route.destinations.indices.map { RulesCursor(rule: rule, destination: $0) }
    }
    guard !rows.isEmpty else { return }
    let index = rows.firstIndex(of: rulesCursor) ?? 0
    rulesCursor = rows[target(movement, from: index, count: rows.count)]
  }

  private mutating func moveInCalls(_ movement: Movement) {
    guard let rows = shown?.calls.rows, !rows.isEmpty else { return }
    if movement == .last {
      callsPlace = nil
      return
    }
    let window = CallsWindow(rows: rows, place: callsPlace, visible: visibleLines)
    let next = target(movement, from: window.cursor ?? rows.count - 1, count: rows.count)
    if callsPlace == nil, next == rows.count - 1 { return }
    let offset = ListWindow.offset(
      window.offset,
      cursor: next,
      count: rows.count,
      visible: visibleLines
    )
    callsPlace = CallsPlace(top: rows[offset].sequence, cursor: rows[next].sequence)
  }

  private mutating func stopFollowing() {
    guard let rows = shown?.calls.rows, let last = rows.last else { return }
    let top = rows[max(0, rows.count - visibleLines)]
    callsPlace = CallsPlace(top: top.sequence, cursor: last.sequence)
  }

  private mutating func moveInEvents(_ movement: Movement) {
    let count = shown?.events.count ?? 0
    guard count > 0 else { return }
    let last = target(movement, from: count - 1 - eventsBelow, count: count)
    eventsBelow = min(count - 1 - last, max(0, count - visibleLines))
  }

  private mutating func scrollPane(_ movement: Movement) {
    guard let rect = layout.rect(of: focus) else { return }
    let content = content(of: focus, size: rect.inner.size)
    let visible = content.visibleRows(in: rect.inner.size.rows)
    let last = max(0, content.body.count - visible)
    let now = min(scroll[focus] ?? 0, last)
    scroll[focus] = target(movement, from: now, count: last + 1)
  }
}

/// The rows of the call log that show.
struct CallsWindow: Hashable, Sendable {
  /// The index of the first.
  let offset: Int
  /// The index of the row that the operator is on; nil while the newest are followed.
  let cursor: Int?

  init(rows: [CallRow], place: ConsoleModel.CallsPlace?, visible: Int) {
    let visible = max(1, visible)
    guard let place, !rows.isEmpty else {
      offset = max(0, rows.count - visible)
      cursor = nil
      return
    }
    let cursor = min(CallsWindow.index(of: place.cursor, in: rows), rows.count - 1)
    self.cursor = cursor
    offset = ListWindow.offset(
      CallsWindow.index(of: place.top, in: rows),
      cursor: cursor,
      count: rows.count,
      visible: visible
    )
  }

  /// The first row with at least this sequence number; rows are in their order.
  private static func index(of sequence: UInt64, in rows: [CallRow]) -> Int {
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].sequence < sequence { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
