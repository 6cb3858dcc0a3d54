import TerminalUI
import Testing

@testable import NcursesTerminal

@Suite("Keys from bytes")
struct KeyDecoderTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var typed: String
    var keys: [Key]
    var testDescription: String { typed.debugDescription }

    init(_ typed: String, _ keys: [Key]) {
      self.typed = typed
      self.keys = keys
    }
  }

  private func decode(_ batches: [UInt8]...) -> [Key] {
    var decoder = KeyDecoder()
    var keys: [Key] = []
    for batch in batches {
      for byte in batch { decoder.decode(Int32(byte), into: &keys) }
      decoder.finishBatch(into: &keys)
    }
    return keys
  }

  @Test(
    "makes the keys that were typed",
    arguments: [
      Case("hL=", [.character("h"), .character("L"), .character("=")]),
      Case("\t\r\n", [.tab, .enter, .enter]),
      Case("\u{7F}\u{08}", [.backspace, .backspace]),
      Case("\u{03}\u{04}\u{1A}", [.control("c"), .control("d"), .control("z")]),
      Case("\0\u{1C}\u{1F}", []),
      Case("é日🙂", [.character("é"), .character("日"), .character("🙂")]),
      Case("\u{85}\u{9B}", []),
      Case("\u{1B}", [.escape]),
      Case("\u{1B}\u{1B}", [.escape, .escape]),
      Case("\u{1B}q", [.escape, .character("q")]),
      Case("\u{1B}[", [.escape, .character("[")]),
      Case("\u{1B}O", [.escape, .character("O")]),
      Case("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D", [.up, .down, .right, .left]),
      Case("\u{1B}OA\u{1B}OH\u{1B}OF", [.up, .home, .end]),
      Case("\u{1B}[1~\u{1B}[3~\u{1B}[5~\u{1B}[6~", [.home, .delete, .pageUp, .pageDown]),
      Case(
        "\u{1B}[Z\u{1B}OP\u{1B}[15~\u{1B}[24~",
        [.backTab, .function(1), .function(5), .function(12)]
      ),
      Case("\u{1B}[1;5Dx", [.character("x")]),
      Case("\u{1B}[200~hi\u{1B}[201~", [.character("h"), .character("i")]),
      Case("\u{1B}[?1;2cz", [.character("z")]),
      Case("\u{1B}[12", []),
    ]
  )
  func oneBatch(_ given: Case) {
    #expect(decode(Array(given.typed.utf8)) == given.keys)
  }

  @Test("takes an escape and a bracket that come apart for two keys")
  func apart() {
    #expect(decode([0x1B], [UInt8(ascii: "[")]) == [.escape, .character("[")])
  }

  @Test("joins a character whose bytes come apart")
  func split() {
    #expect(decode([0xE6, 0x97], [0xA5]) == [.character("日")])
  }

  @Test("drops bytes that are no UTF-8 and goes on")
  func malformed() {
    #expect(
      decode([0xFF, 0xC3, 0x41, 0xED, 0xA0, 0x80, 0x42]) == [.character("A"), .character("B")]
    )
  }

  @Test("drops a sequence without end, not what follows it")
  func endless() {
    let sequence = [0x1B, UInt8(ascii: "[")] + Array(repeating: UInt8(ascii: "1"), count: 33)
    #expect(decode(sequence + [UInt8(ascii: "q")]) == [.character("q")])
  }
}

@Suite("Pace of drawing")
struct DrawPacerTests {
  @Test("draws at once after a pause, and then waits for the rest of the interval")
  func pace() {
    var pacer = DrawPacer(interval: .milliseconds(33))
    let start = ContinuousClock.now
    #expect(pacer.delay(at: start) == .zero)
    pacer.drew(at: start)
    #expect(pacer.delay(at: start + .milliseconds(10)) == .milliseconds(23))
    #expect(pacer.delay(at: start + .milliseconds(33)) <= .zero)
    #expect(pacer.delay(at: start + .seconds(9)) <= .zero)
  }
}

@Suite("Options")
struct TerminalOptionsTests {
  @Test(
    "NO_COLOR counts only where it is not empty",
    arguments: [(nil, true), ("", true), ("1", false), ("0", false)] as [(String?, Bool)]
  )
  func noColor(value: String?, isColored: Bool) {
    #expect(NcursesTerminal.Options.wantsColors(noColor: value) == isColored)
  }
}
