import MeshPicture
import TerminalUI

extension ConsoleAction {
  static let everywhereActions = screenActions + paneActions + bookActions

  private static let screenActions = [
    ConsoleAction(
      .help,
      [.character("?"), .function(1)],
      "this help",
      short: "help",
      .everywhere,
      "Shows these keys; those that can't be used now are marked."
    ) {
      $0.overlay = .help(offset: 0)
      return []
    },
    ConsoleAction(
      .quit,
      [.character("q")],
      "quit",
      short: "quit",
      .everywhere,
      "Closes the help or a question; with none open, ends Weir."
    ) { _ in [.quit] },
    ConsoleAction(
      .interrupt,
      [.control("c")],
      "quit at once",
      .everywhere,
      "Ends Weir, whatever is open."
    ) { _ in [.quit] },
    ConsoleAction(
      .back,
      [.escape],
      "back",
      .everywhere,
      "Goes one step back: leaves a text field or a question, clears the filter of the calls, ends the zoom. It never quits."
    ) { $0.goBack() },
    ConsoleAction(
      .redraw,
      [.control("l")],
      "draw anew",
      .everywhere,
      "Draws the whole screen anew, if something else wrote to the terminal."
    ) { _ in [.redraw] },
    ConsoleAction(
      .zoom,
      [.character("f")],
      "zoom the pane",
      short: "zoom",
      .everywhere,
      "Gives the focused pane the whole screen, or takes it back."
    ) {
      $0.isZoomed.toggle()
      return []
    },
    ConsoleAction(
      .freeze,
      [.character(".")],
      "freeze the display",
      short: "freeze",
      .everywhere,
      "Holds the display still, or lets it go on. Counting goes on meanwhile; edits wait, since the rules on the screen may be old.",
      unless: { $0.picture == nil ? "there is no picture of the mesh yet" : nil }
    ) {
      $0.frozen = $0.isFrozen ? nil : $0.picture
      return []
    },
    ConsoleAction(
      .filter,
      [.character("/")],
      "filter the calls",
      short: "filter",
      .everywhere,
      "Shows only calls that hold every word typed, and none that stands after a !, while it is typed. Enter keeps the filter, Esc clears it.",
      unless: { $0.isFrozen ? "the display is frozen; press . to go on first" : nil }
    ) {
      $0.open(.callFilter, $0.callFilter)
      return []
    },
    ConsoleAction(
      .services,
      [.character("s")],
      "choose the service",
      short: "service",
      .everywhere,
      "Lists the mesh's services; the rules, the ratio and the endpoints of the one that is chosen show from then on.",
      unless: { $0.servicesBlocker }
    ) {
      $0.askForService()
      return []
    },
  ]

  private static let paneActions =
    [
      pane(.rulesPane, .rules), pane(.callsPane, .calls), pane(.ratioPane, .ratio),
      pane(.clientsPane, .clients), pane(.endpointsPane, .endpoints), pane(.eventsPane, .events),
    ] + [
      ConsoleAction(
        .nextPane,
        [.tab],
        "next pane",
        .everywhere,
        "Gives the focus to the next pane on the screen."
      ) {
        $0.focusNext(1)
        return []
      },
      ConsoleAction(
        .previousPane,
        [.backTab],
        "previous pane",
        .everywhere,
        "Gives the focus to the pane before."
      ) {
        $0.focusNext(-1)
        return []
      },
    ]

  /// Those that go to a pane.
  static let paneIDs: Set<ID> = [
    .rulesPane, .callsPane, .ratioPane, .clientsPane, .endpointsPane, .eventsPane,
  ]

  private static func pane(_ id: ID, _ pane: Pane) -> ConsoleAction {
    ConsoleAction(
      id,
      [.character(Character("\(pane.rawValue)"))],
      "go to \(pane.name)",
      .everywhere,
      "Gives the focus to \(pane.name), and shows it if it was not on the screen."
    ) {
      $0.focus(on: pane)
      return []
    }
  }

  private static let bookActions = [
    ConsoleAction(
      .undo,
      [.character("z"), .character("u")],
      "undo",
      short: "undo",
      .everywhere,
      "Takes the last change of the rules back, as a new revision.",
      unless: { $0.undoBlocker }
    ) {
      $0.expectRevision()
      return [.undo]
    },
    ConsoleAction(
      .redo,
      [.character("Z")],
      "redo",
      .everywhere,
      "Makes the change again that was taken back last.",
      unless: { $0.redoBlocker }
    ) {
      $0.expectRevision()
      return [.redo]
    },
    ConsoleAction(
      .history,
      [.character("Y")],
      "history",
      short: "history",
      .everywhere,
      "Lists the revisions. Enter goes back to the marked one, as a new revision that undo takes back; D shows what it changed.",
      unless: { $0.picture == nil ? "there is no picture of the mesh yet" : nil }
    ) { $0.askForHistory() },
    ConsoleAction(
      .yaml,
      [.character("y")],
      "YAML of the rules",
      short: "yaml",
      .everywhere,
      "Shows what the rule book says of this service, as Istio's YAML.",
      unless: { $0.explainBlocker }
    ) { model in
      guard let host = model.service?.host else { return [] }
      return model.read("Rules of \(host)", .objects(of: host))
    },
    ConsoleAction(
      .explain,
      [.character("x")],
      "explain a call",
      short: "explain",
      .everywhere,
      "Asks for headers, a path or a client, and shows which rule takes such a call, why none before it does, and where it goes.",
      unless: { $0.explainBlocker }
    ) {
      $0.askForCall()
      return []
    },
    ConsoleAction(
      .walkthrough,
      [.character("W")],
      "walkthrough",
      short: "walkthrough",
      .everywhere,
      "Replaces the rules by the next of the walkthrough's four rule sets: no rules, all to v1, user: admin to v2 and the rest to v1, 90/10.",
      unless: { $0.walkthroughBlocker }
    ) { $0.walk() },
  ]
}
