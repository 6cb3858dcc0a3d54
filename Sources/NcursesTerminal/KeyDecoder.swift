import CNcurses
import TerminalUI

/// Makes keys and pastes of what a terminal sends: bytes, and the codes of keys that ncurses knows
/// already.
///
/// A batch is all that is there to be read at one moment. What follows an escape within its batch
/// may belong to it; what comes later was typed. A paste goes on through any number of batches.
/// ```
///           ESC           [                    final byte: a key, or nothing
/// ground ────────► escape ───► control sequence ─────────────────────────────► ground
///    │                │               └ 200~ ─► paste ── 201~, or the time is over ─►
///    │                └── O ─► single shift ── any ──────────────────────────►
///    └── first byte of UTF-8 ─► partial ── last byte: a character ───────────►
/// ```
struct KeyDecoder: Sendable {
  private enum State: Sendable {
    case ground
    case escape
    case controlSequence([UInt8])
    case singleShift
    case partial([UInt8], length: Int)
    case paste(PasteBuffer)
  }

  /// Longer sequences than any key's are dropped.
  private static let longestSequence = 32
  private static let pasteMark = Array("200".utf8)

  private var state = State.ground

  /// Takes one byte (0 to 255) or one of the codes of `weir_screen_read`.
  mutating func decode(_ code: Int32, into events: inout [TerminalEvent]) {
    guard let byte = UInt8(exactly: code) else {
      decodeKey(code, into: &events)
      return
    }
    switch state {
    case .ground:
      decodeFirst(byte, into: &events)
    case .escape:
      decodeEscaped(byte, into: &events)
    case .controlSequence(let bytes):
      decodeSequence(bytes, byte, into: &events)
    case .singleShift:
      state = .ground
      if let key = Key(singleShift: byte) { events.append(.key(key)) }
    case .partial(let bytes, let length):
      decodePartial(bytes, byte, length: length, into: &events)
    case .paste(var paste):
      // Not two owners of its bytes at once, or each byte would copy them all.
      state = .ground
      let isEnd = paste.take(byte)
      state = .paste(paste)
      if isEnd { endPaste(into: &events) }
    }
  }

  /// Whether the mark that ends a paste is still to come.
  var isPasting: Bool {
    if case .paste = state { return true }
    return false
  }

  /// Ends a paste whose mark does not come; what was pasted so far is all of it.
  mutating func endPaste(into events: inout [TerminalEvent]) {
    guard case .paste(let paste) = state else { return }
    state = .ground
    if !paste.text.isEmpty { events.append(.paste(paste.text)) }
  }

  /// Says that nothing more is there for now: what looked like the start of a sequence was typed.
  mutating func finishBatch(into events: inout [TerminalEvent]) {
    switch state {
    case .ground, .partial, .paste:
      return
    case .escape:
      events.append(.key(.escape))
    case .controlSequence(let bytes):
      // Nobody types as fast as a longer one: a slow line has cut it in two.
      guard bytes.isEmpty else { return }
      events += [.key(.escape), .key(.character("["))]
    case .singleShift:
      events += [.key(.escape), .key(.character("O"))]
    }
    state = .ground
  }

  /// A key that ncurses made of bytes; in a paste it stands for nothing that could be text.
  private mutating func decodeKey(_ code: Int32, into events: inout [TerminalEvent]) {
    if case .paste(var paste) = state {
      paste.dropMark()
      state = .paste(paste)
      return
    }
    finishBatch(into: &events)
    if let key = Key(ncursesCode: code) { events.append(.key(key)) }
  }

  private mutating func decodeFirst(_ byte: UInt8, into events: inout [TerminalEvent]) {
    switch byte {
    case 0x1B:
      state = .escape
    case 0xC2...0xDF:
      state = .partial([byte], length: 2)
    case 0xE0...0xEF:
      state = .partial([byte], length: 3)
    case 0xF0...0xF4:
      state = .partial([byte], length: 4)
    default:
      if let key = Key(ascii: byte) { events.append(.key(key)) }
    }
  }

  private mutating func decodeEscaped(_ byte: UInt8, into events: inout [TerminalEvent]) {
    switch byte {
    case UInt8(ascii: "["):
      state = .controlSequence([])
    case UInt8(ascii: "O"):
      state = .singleShift
    case 0x1B:
      events.append(.key(.escape))
    default:
      // Alt and a key, or both typed ahead: a terminal doesn't tell.
      events.append(.key(.escape))
      state = .ground
      decodeFirst(byte, into: &events)
    }
  }

  private mutating func decodeSequence(
    _ bytes: [UInt8],
    _ byte: UInt8,
    into events: inout [TerminalEvent]
  ) {
    switch byte {
    case 0x20...0x3F where bytes.count < KeyDecoder.longestSequence:
      state = .controlSequence(bytes + [byte])
    case 0x40...0x7E:
      if bytes == KeyDecoder.pasteMark, byte == UInt8(ascii: "~") {
        state = .paste(PasteBuffer())
        return
      }
      state = .ground
      if let key = Key(parameters: bytes, final: byte) { events.append(.key(key)) }
    default:
      state = .ground
    }
  }

  private mutating func decodePartial(
    _ bytes: [UInt8],
    _ byte: UInt8,
    length: Int,
    into events: inout [TerminalEvent]
  ) {
    guard 0x80...0xBF ~= byte else {
      state = .ground
      decodeFirst(byte, into: &events)
      return
    }
    let bytes = bytes + [byte]
    guard bytes.count == length else {
      state = .partial(bytes, length: length)
      return
    }
    state = .ground
    guard let text = String(validating: bytes, as: UTF8.self),
      let scalar = text.unicodeScalars.first
    else { return }
    // What would move the cursor or colour the screen when shown is no character.
    guard scalar.properties.generalCategory != .control else { return }
    events.append(.key(.character(Character(scalar))))
  }
}
