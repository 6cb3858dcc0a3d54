import MeshModel
import MeshPicture
import TerminalUI

extension ConsoleModel {
  /// Gives the focus to the pane that is `distance` further; all panes take part while one is
  /// zoomed, else those on the screen.
  mutating func focusNext(_ distance: Int) {
    let panes = isZoomed ? Pane.allCases : layout.places.map(\.pane)
    let index = panes.firstIndex(of: focus) ?? 0
    focus(on: panes[(index + distance + panes.count) % panes.count])
  }

  /// Goes one step back, out of what is most special.
  mutating func goBack() -> [ConsoleEffect] {
    if focus == .calls, !callFilter.isEmpty, !isFrozen { return filterCalls("") }
    if isZoomed { isZoomed = false }
    return []
  }

  mutating func askWhetherToDelete() {
    guard let address, let route = selectedRule?.route else { return }
    overlay = .delete(DeleteQuestion(address: address, route: route))
  }

  /// Takes a key while an overlay is open.
  mutating func answer(_ key: Key) -> [ConsoleEffect] {
    switch overlay {
    case .help(let offset): scrollHelp(key, from: offset)
    case .services(let marked): pickService(key, marked: marked)
    case .delete(let question): return answer(key, to: question)
    case .document(let document): scroll(document, key)
    case .history(let list): return browse(list, key)
    case nil: break
    }
    return []
  }

  private mutating func scrollHelp(_ key: Key, from offset: Int) {
    let help = HelpOverlay(model: self)
    let last = max(0, help.lines.count - help.visibleRows)
    let page = max(1, help.visibleRows - 1)
    switch key {
    case .escape, .enter, .character("q"), .character("?"), .function(1): overlay = nil
    default:
      guard let next = Scrolling.offset(key, from: offset, page: page, last: last) else { return }
      overlay = .help(offset: next)
    }
  }

  private mutating func answer(_ key: Key, to question: DeleteQuestion) -> [ConsoleEffect] {
    var question = question
    switch key {
    case .character("y"), .character("Y"):
      overlay = nil
      return deleteRule(at: question.address)
    case .enter:
      overlay = nil
      return question.isYes ? deleteRule(at: question.address) : []
    case .escape, .character("n"), .character("N"), .character("q"):
      overlay = nil
    case .left, .right, .tab, .backTab, .character("h"), .character("l"):
      question.isYes.toggle()
      overlay = .delete(question)
    case .character, .control, .backspace, .delete, .up, .down, .home, .end, .pageUp, .pageDown,
      .function:
      break
    }
    return []
  }
}
