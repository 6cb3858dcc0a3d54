extension ConsoleAction {
  /// The actions under the headings that help and docs give them.
  static var groups: [(name: String, actions: [ConsoleAction])] {
    let panes = Pane.allCases.map { (Scope.pane($0), "\($0.rawValue) \($0.name)") }
    let scopes: [(Scope, String)] =
      [(.everywhere, "Everywhere"), (.lists, "In every pane")] + panes
    return scopes.compactMap { scope, name in
      let actions = all.filter { $0.scope == scope }
      return actions.isEmpty ? nil : (name, actions)
    }
  }

  /// The page docs/keys.md: every key, where it works and what it does.
  package static func keysPage() -> String {
    var page = """
      # Keys

      Made from the table of actions (`ConsoleAction`). `^d` is Ctrl and d. Where a key can't be \
      used, the last line of the screen says why. In a text field all keys are text, save Enter, \
      Esc and those that move and delete: arrows, Home, End, `^a` `^e`, Backspace, Delete, `^u` \
      `^k` `^w`.

      """
    for (name, actions) in groups {
      page += "\n## \(name)\n\n| Keys | Action | What it does |\n|---|---|---|\n"
      for action in actions {
        let keys = action.keys.map { "`\($0.label(isUnicode: true))`" }.joined(separator: " ")
        let text = action.explanation.replacing("|", with: "\\|")
        page += "| \(keys) | \(action.title) | \(text) |\n"
      }
    }
    return page
  }
}
