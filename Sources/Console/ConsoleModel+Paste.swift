import TerminalUI

extension ConsoleModel {
  /// Puts pasted text where text is asked for; anywhere else its characters would be keys that
  /// change live traffic, so there it is let go.
  mutating func paste(_ text: String) -> [ConsoleEffect] {
    guard overlay == nil, var prompt else {
      notice = Notice(text: "paste ignored: \(ConsoleModel.length(of: text))", isProblem: true)
      return []
    }
    let before = prompt.field.text
    // Line breaks never submit.
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    if !prompt.field.insert(line.map { $0 == "\t" ? " " : $0 }) {
      prompt.field.error = "only the start of the paste fits"
    }
    self.prompt = prompt
    return prompt.field.text == before ? [] : typed()
  }

  private static func length(of text: String) -> String {
    let count = Plural.count(text.count, "character")
    return text.utf8.count + 4 > TerminalEvent.maximumPaste ? "\(count) or more" : count
  }
}
