package import TerminalUI

/// Something that a key does: one row of the table that keys, footer, help and docs/keys.md
/// come from.
package struct ConsoleAction: Sendable, Identifiable {
  package enum ID: String, CaseIterable, Hashable, Sendable {
    case help, quit, interrupt, back, redraw
    case rulesPane, callsPane, ratioPane, clientsPane, endpointsPane, eventsPane
    case nextPane, previousPane, zoom, freeze, filter, services
    case undo, redo, history, yaml, explain, walkthrough
    case up, down, pageUp, pageDown, first, last
    case weightDown, weightUp, weightDownTen, weightUpTen, typeWeight, evenWeights
    case editMatch, addBelow, addAbove, deleteRule, moveDown, moveUp
    case follow, why
    case groupByClient, showCounts
  }

  /// Where a key works.
  package enum Scope: Hashable, Sendable {
    case everywhere
    /// In the focused pane, whichever it is.
    case lists
    case pane(Pane)
  }

  package let id: ID
  package let keys: [Key]
  /// Two or three words, for the help.
  package let title: String
  /// A word for the footer; nil where it has no place there.
  package let short: String?
  package let scope: Scope
  /// What it does, in a sentence for docs/keys.md.
  package let explanation: String
  /// Why it can't be done now; nil where it can.
  package let blocker: @Sendable (ConsoleModel) -> String?
  let perform: @Sendable (inout ConsoleModel) -> [ConsoleEffect]

  init(
    _ id: ID,
    _ keys: [Key],
    _ title: String,
    short: String? = nil,
    _ scope: Scope,
    _ explanation: String,
    unless blocker: @escaping @Sendable (ConsoleModel) -> String? = { _ in nil },
    _ perform: @escaping @Sendable (inout ConsoleModel) -> [ConsoleEffect]
  ) {
    self.id = id
    self.keys = keys
    self.title = title
    self.short = short
    self.scope = scope
    self.explanation = explanation
    self.blocker = blocker
    self.perform = perform
  }

  /// Every action, in the order of the help.
  package static let all =
    everywhereActions + listActions + rulesActions + callsActions
    + ratioActions

  /// What a key does while a pane has the focus; the pane's own actions come first.
  package static func action(for key: Key, in pane: Pane) -> ConsoleAction? {
    let candidates = all.filter { $0.keys.contains(key) }
    return candidates.first { $0.scope == .pane(pane) }
      ?? candidates.first { $0.scope == .lists }
      ?? candidates.first { $0.scope == .everywhere }
  }

  /// Why a key does nothing while a pane has the focus.
  static func whyNothing(for key: Key, in pane: Pane) -> String {
    let name = key.label(isUnicode: false)
    guard let action = all.first(where: { $0.keys.contains(key) }),
      case .pane(let home) = action.scope
    else {
      if case .character(let digit) = key, let number = digit.wholeNumberValue {
        return "there is no pane \(number) yet"
      }
      return "\(name) does nothing here; ? shows the keys"
    }
    return "\(name) (\(action.title)) works in \(home.rawValue) \(home.name)"
  }
}

extension Key {
  /// What the operator has to press, in words.
  package func label(isUnicode: Bool) -> String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(let letter): "^\(letter)"
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "S-Tab"
    case .backspace: "Bksp"
    case .delete: "Del"
    case .up: isUnicode ? "↑" : "Up"
    case .down: isUnicode ? "↓" : "Down"
    case .left: isUnicode ? "←" : "Left"
    case .right: isUnicode ? "→" : "Right"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .function(let number): "F\(number)"
    }
  }
}
