import TerminalUI

extension ConsoleAction {
  static let listActions = [
    list(.up, [.up, .character("k")], "up", "Goes a line up.", .lines(-1)),
    list(.down, [.down, .character("j")], "down", "Goes a line down.", .lines(1)),
    list(.pageUp, [.pageUp, .control("u")], "page up", "Goes a page up.", .pages(-1)),
    list(
      .pageDown,
      [.pageDown, .control("d")],
      "page down",
      "Goes a page down. In Rules ctrl-d deletes instead.",
      .pages(1)
    ),
    list(.first, [.character("g"), .home], "first", "Goes to the first line.", .first),
    list(
      .last,
      [.character("G"), .end],
      "last",
      "Goes to the last line; in Calls and Events it follows the newest from then on.",
      .last
    ),
  ]

  private static func list(
    _ id: ID,
    _ keys: [Key],
    _ title: String,
    _ explanation: String,
    _ movement: Movement
  ) -> ConsoleAction {
    ConsoleAction(id, keys, title, .lists, explanation) {
      $0.move(movement)
      return []
    }
  }

  static let rulesActions = weightActions + ruleActions

  private static let weightActions = [
    weight(.weightDown, [.character("h"), .left], -1),
    weight(.weightUp, [.character("l"), .right], 1),
    weight(.weightDownTen, [.character("H")], -10),
    weight(.weightUpTen, [.character("L")], 10),
    ConsoleAction(
      .typeWeight,
      [.character("=")],
      "type a weight",
      short: "type",
      .pane(.rules),
      "Asks for a weight: 25 or 25% for this destination, 3:1 for all of the rule's.",
      unless: { $0.weightBlocker }
    ) {
      $0.askForWeights()
      return []
    },
    ConsoleAction(
      .evenWeights,
      [.character("e")],
      "even weights",
      short: "even",
      .pane(.rules),
      "Gives all destinations of the rule the same weight.",
      unless: { $0.weightBlocker }
    ) { $0.evenWeights() },
  ]

  private static func weight(_ id: ID, _ keys: [Key], _ amount: Int) -> ConsoleAction {
    let sign = amount > 0 ? "+" : ""
    let way = amount > 0 ? "to this destination, from" : "from this destination, to"
    return ConsoleAction(
      id,
      keys,
      "weight \(sign)\(amount)",
      short: "\(sign)\(amount)",
      .pane(.rules),
      "Moves \(abs(amount)) percentage point\(abs(amount) == 1 ? "" : "s") \(way) the others.",
      unless: { $0.weightBlocker }
    ) { $0.shiftWeight(amount) }
  }

  private static let ruleActions = [
    ConsoleAction(
      .editMatch,
      [.enter],
      "edit the match",
      short: "match",
      .pane(.rules),
      "Edits which calls the rule takes, such as user=admin uri^=/api !x | method=POST; empty for any request.",
      unless: { $0.ruleBlocker }
    ) {
      $0.askForMatches()
      return []
    },
    ConsoleAction(
      .addBelow,
      [.character("o")],
      "add rule below",
      short: "add",
      .pane(.rules),
      "Adds a rule below this one, with its destinations and all weight on the last of them. With no rule yet it starts the first.",
      unless: { $0.insertBlocker }
    ) {
      $0.askForRule(below: true)
      return []
    },
    ConsoleAction(
      .addAbove,
      [.character("O")],
      "add rule above",
      .pane(.rules),
      "Adds a rule above this one.",
      unless: { $0.insertBlocker }
    ) {
      $0.askForRule(below: false)
      return []
    },
    ConsoleAction(
      .deleteRule,
      [.control("d")],
      "delete the rule",
      short: "delete",
      .pane(.rules),
      "Deletes the rule, if the question is answered with y or with Yes; the answer marked at first is No.",
      unless: { $0.ruleBlocker }
    ) {
      $0.askWhetherToDelete()
      return []
    },
    ConsoleAction(
      .moveDown,
      [.character("J")],
      "move rule down",
      short: "lower",
      .pane(.rules),
      "Moves the rule one place down; the first rule that matches decides.",
      unless: { $0.moveBlocker(by: 1) }
    ) { $0.moveRule(by: 1) },
    ConsoleAction(
      .moveUp,
      [.character("K")],
      "move rule up",
      short: "raise",
      .pane(.rules),
      "Moves the rule one place up.",
      unless: { $0.moveBlocker(by: -1) }
    ) { $0.moveRule(by: -1) },
  ]

  static let callsActions = [
    ConsoleAction(
      .follow,
      [.character("F")],
      "follow on/off",
      short: "follow",
      .pane(.calls),
      "Follows the newest calls, or stops; scrolling up stops it too."
    ) {
      $0.toggleFollow()
      return []
    },
    ConsoleAction(
      .why,
      [.character("w")],
      "why this call",
      short: "why",
      .pane(.calls),
      "Shows why the marked call, or the newest, went where it went: rule by rule, on its client.",
      unless: { $0.whyBlocker }
    ) { $0.askWhy() },
  ]

  static let ratioActions = [
    ConsoleAction(
      .groupByClient,
      [.character("v")],
      "by rule/client",
      short: "by client",
      .pane(.ratio),
      "Shows the split of the rule as a whole, or of each client."
    ) {
      $0.groupsByClient.toggle()
      $0.scroll[.ratio] = 0
      return []
    },
    ConsoleAction(
      .showCounts,
      [.character("p")],
      "percent/count",
      short: "percent",
      .pane(.ratio),
      "Shows shares in percent, or counts of responses."
    ) {
      $0.showsCounts.toggle()
      return []
    },
  ]
}
