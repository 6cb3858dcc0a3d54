/// The newest lines of a child's output, within a bound however much it writes.
struct OutputTail: Sendable {
  /// Bytes of a line that are kept.
  static let longestLine = 1_000
  /// Lines that are kept.
  static let capacity = 20

  private(set) var lines: [String] = []
  private var partial: [UInt8] = []

  /// Takes what was read, and returns the lines that it completes, cleaned of control characters.
  mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
    var completed: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        completed.append(takeLine())
      } else if partial.count < OutputTail.longestLine {
        partial.append(byte)
      }
    }
    keep(completed)
    return completed
  }

  /// Takes the end of the output for the end of a line; nil where no line was begun.
  mutating func finish() -> String? {
    guard !partial.isEmpty else { return nil }
    let line = takeLine()
    keep([line])
    return line
  }

  /// What tells best why the child ended; nil where it wrote nothing.
  ///
  /// The newest line that names a fatal error, else the newest that isn't empty.
  var reason: String? {
    lines.last { $0.contains("Fatal error:") } ?? lines.last { !$0.isEmpty }
  }

  private mutating func takeLine() -> String {
    defer { partial.removeAll(keepingCapacity: true) }
    if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
    return OutputTail.clean(String(decoding: partial, as: UTF8.self))
  }

  /// A text on one line, without what could move a cursor or colour a screen.
  static func clean(_ text: String) -> String {
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control: clean.append(scalar == "\t" || scalar == "\n" ? " " : "?")
      case .format, .lineSeparator, .paragraphSeparator: continue
      default: clean.append(scalar)
      }
    }
    return String(clean)
  }

  private mutating func keep(_ completed: [String]) {
    lines += completed.suffix(OutputTail.capacity)
    lines.removeFirst(max(0, lines.count - OutputTail.capacity))
  }
}
