import TerminalUI

/// Gathers a pasted text up to the mark that ends it.
struct PasteBuffer: Sendable {
  private static let endMark = Array("\u{1B}[201~".utf8)

  private var bytes: [UInt8] = []
  /// Bytes of the end's mark that came already.
  private var matched = 0

  /// Takes one byte; says whether it was the last of the mark.
  mutating func take(_ byte: UInt8) -> Bool {
    if byte == PasteBuffer.endMark[matched] {
      matched += 1
      return matched == PasteBuffer.endMark.count
    }
    dropMark()
    if byte == PasteBuffer.endMark[0] { matched = 1 } else { keep(byte) }
    return false
  }

  /// What looked like the mark belongs to the text.
  mutating func dropMark() {
    for byte in PasteBuffer.endMark.prefix(matched) { keep(byte) }
    matched = 0
  }

  /// The text so far, of ``TerminalEvent/maximumPaste`` bytes at most.
  var text: String {
    // A character that the limit cuts in two is left out.
    var whole = bytes[...]
    if bytes.count == TerminalEvent.maximumPaste {
      let head = whole.lastIndex { $0 & 0xC0 != 0x80 } ?? 0
      if bytes[head] >= 0xC0 { whole = bytes[..<head] }
    }
    return String(decoding: whole, as: UTF8.self)
  }

  private mutating func keep(_ byte: UInt8) {
    if bytes.count < TerminalEvent.maximumPaste { bytes.append(byte) }
  }
}
