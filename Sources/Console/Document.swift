import MeshModel
import MeshPicture
import TerminalUI

/// Text over the panes, to be read and scrolled: the answer to a question, once it is there.
struct Document: Hashable, Sendable {
  var title: String
  /// What it was asked for; an answer to another question is not for it.
  var question: EngineQuestion
  /// nil until the answer comes.
  var lines: [String]?
  var offset = 0

  /// What stands where the answer is still to come.
  static let waiting = "asking the engine ..."

  mutating func take(_ answer: EngineAnswer) {
    switch answer {
    case .explanation(let explanation): lines = explanation.lines
    case .text(let text): lines = text.isEmpty ? ["nothing"] : text
    case .failed(let reason): lines = [reason]
    case .findings, .history: break
    }
  }
}

/// A document as it stands on a screen.
struct DocumentOverlay {
  let model: ConsoleModel
  let document: Document

  private static let widest = 120

  var rect: Rect {
    let columns = min(model.size.columns, DocumentOverlay.widest)
    let rows = min(model.size.rows, lines(columns: columns - 4).count + 2)
    return Rect(
      column: (model.size.columns - columns) / 2,
      row: (model.size.rows - rows) / 2,
      columns: columns,
      rows: rows
    )
  }

  var visibleRows: Int { max(1, rect.size.rows - 2) }

  /// Its lines, the long ones broken, each with how it is to look.
  var lines: [Line] { lines(columns: min(model.size.columns, DocumentOverlay.widest) - 4) }

  private func lines(columns: Int) -> [Line] {
    guard let lines = document.lines else {
      return [Line(Document.waiting, style: model.theme.quiet)]
    }
    return lines.flatMap { text -> [Line] in
      let style = style(of: text)
      let indent = text.prefix { $0 == " " }.count
      let parts = SafeText.wrapped(text, columns: columns, isUnicode: model.glyphs.isUnicode)
      guard parts.count > 1 else { return [Line(text, style: style)] }
      let hanging = min(indent + 2, columns / 2)
      let first = parts[0]
      let rest = SafeText.wrapped(
        String(text.dropFirst(first.count)).trimmed,
        columns: columns - hanging,
        isUnicode: model.glyphs.isUnicode
      )
      return [Line(first, style: style)]
        + rest.map { Line(String(repeating: " ", count: hanging) + $0, style: style) }
    }
  }

  private func style(of text: String) -> Style {
    guard case .difference = document.question else { return model.theme.plain }
    return switch text.first {
    case "+": model.theme.good
    case "-": model.theme.bad
    default: model.theme.quiet
    }
  }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}

extension ConsoleModel {
  /// Opens a document and asks for what is to stand in it.
  mutating func read(_ title: String, _ question: EngineQuestion) -> [ConsoleEffect] {
    overlay = .document(Document(title: title, question: question))
    return [.ask(question)]
  }

  /// Takes a key while a document is open.
  mutating func scroll(_ document: Document, _ key: Key) {
    let view = DocumentOverlay(model: self, document: document)
    let visible = view.visibleRows
    let last = max(0, view.lines.count - visible)
    guard
      let offset = Scrolling.offset(key, from: document.offset, page: visible - 1, last: last)
    else {
      switch key {
      case .escape, .enter, .character("q"): overlay = nil
      default: break
      }
      return
    }
    var document = document
    document.offset = offset
    overlay = .document(document)
  }
}

/// How keys move through text.
enum Scrolling {
  /// The first line that is to show; nil for a key that doesn't scroll.
  static func offset(_ key: Key, from offset: Int, page: Int, last: Int) -> Int? {
    let next: Int
    switch key {
    case .up, .character("k"): next = offset - 1
    case .down, .character("j"): next = offset + 1
    case .pageUp, .control("u"), .control("b"): next = offset - max(1, page)
    case .pageDown, .control("d"), .control("f"), .character(" "): next = offset + max(1, page)
    case .home, .character("g"): next = 0
    case .end, .character("G"): next = last
    case .character, .control, .enter, .escape, .tab, .backTab, .backspace, .delete, .left,
      .right, .function:
      return nil
    }
    return max(0, min(next, last))
  }
}
