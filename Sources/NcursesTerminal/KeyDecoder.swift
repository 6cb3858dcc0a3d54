import CNcurses
import TerminalUI

/// Makes keys of what a terminal sends: bytes, and the codes of keys that ncurses knows already.
///
/// A batch is all that is there to be read at one moment. What follows an escape within its batch
/// may belong to it; what comes later was typed.
/// ```
///           ESC           [                    final byte: a key, or nothing
/// ground ────────► escape ───► control sequence ─────────────────────────────► ground
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
  }

  /// Longer sequences than any key's are dropped.
  private static let longestSequence = 32

  private var state = State.ground

  /// Takes one byte (0 to 255) or one of the codes of `weir_screen_read`.
  mutating func decode(_ code: Int32, into keys: inout [Key]) {
    guard let byte = UInt8(exactly: code) else {
      finishBatch(into: &keys)
      if let key = Key(ncursesCode: code) { keys.append(key) }
      return
    }
    switch state {
    case .ground:
      decodeFirst(byte, into: &keys)
    case .escape:
      decodeEscaped(byte, into: &keys)
    case .controlSequence(let bytes):
      decodeSequence(bytes, byte, into: &keys)
    case .singleShift:
      state = .ground
      if let key = Key(singleShift: byte) { keys.append(key) }
    case .partial(let bytes, let length):
      decodePartial(bytes, byte, length: length, into: &keys)
    }
  }

  /// Says that nothing more is there for now: what looked like the start of a sequence was typed.
  mutating func finishBatch(into keys: inout [Key]) {
    switch state {
    case .ground, .partial:
      return
    case .escape:
      keys.append(.escape)
    case .controlSequence(let bytes):
      if bytes.isEmpty { keys += [.escape, .character("[")] }
    case .singleShift:
      keys += [.escape, .character("O")]
    }
    state = .ground
  }

  private mutating func decodeFirst(_ byte: UInt8, into keys: inout [Key]) {
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
      if let key = Key(ascii: byte) { keys.append(key) }
    }
  }

  private mutating func decodeEscaped(_ byte: UInt8, into keys: inout [Key]) {
    switch byte {
    case UInt8(ascii: "["):
      state = .controlSequence([])
    case UInt8(ascii: "O"):
      state = .singleShift
    case 0x1B:
      keys.append(.escape)
    default:
      // Alt and a key, or both typed ahead: a terminal doesn't tell.
      keys.append(.escape)
      state = .ground
      decodeFirst(byte, into: &keys)
    }
  }

  private mutating func decodeSequence(_ bytes: [UInt8], _ byte: UInt8, into keys: inout [Key]) {
    switch byte {
    case 0x20...0x3F where bytes.count < KeyDecoder.longestSequence:
      state = .controlSequence(bytes + [byte])
    case 0x40...0x7E:
      state = .ground
      if let key = Key(parameters: bytes, final: byte) { keys.append(key) }
    default:
      state = .ground
    }
  }

  private mutating func decodePartial(
    _ bytes: [UInt8],
    _ byte: UInt8,
    length: Int,
    into keys: inout [Key]
  ) {
    guard 0x80...0xBF ~= byte else {
      state = .ground
      decodeFirst(byte, into: &keys)
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
    keys.append(.character(Character(scalar)))
  }
}
