/// Text of a file as a message shows it: short, and on one line.
enum ShownText {
  private static let limit = 60

  static func quoted(_ text: String) -> String { "\"\(short(text))\"" }

  /// At most some 60 characters; control characters are shown as `?`.
  static func short(_ text: String) -> String {
    var shown = ""
    for (index, scalar) in text.unicodeScalars.enumerated() {
      guard index < limit else { return shown + "..." }
      let isControl = scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
      if isControl {
        shown.append(scalar == "\n" ? " " : "?")
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }
}
