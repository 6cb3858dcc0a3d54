import CNcurses
import TerminalUI
import Testing

@testable import NcursesTerminal

@Suite("Keys from bytes")
struct KeyDecoderTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var typed: String
    var events: [TerminalEvent]
    var testDescription: String { typed.debugDescription }

    init(_ typed: String, _ keys: [Key]) {
      self.typed = typed
      events = keys.map { .key($0) }
    }

    init(_ typed: String, events: [TerminalEvent]) {
      self.typed = typed
      self.events = events
    }
  }

  private func decodeEvents(_ batches: [[UInt8]]) -> [TerminalEvent] {
    var decoder = KeyDecoder()
    var events: [TerminalEvent] = []
    for batch in batches {
      for byte in batch { decoder.decode(Int32(byte), into: &events) }
      decoder.finishBatch(into: &events)
    }
    return events
  }

  private func decode(_ batches: [UInt8]...) -> [Key] {
    decodeEvents(batches).compactMap { event in
      if case .key(let key) = event { key } else { nil }
    }
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
      Case("\u{1B}[200~hi\u{1B}[201~", events: [.paste("hi")]),
      Case(
        "a\u{1B}[200~q\r\n\u{03}é\u{1B}[Ax\u{1B}[201\u{1B}[201~b",
        events: [
          .key(.character("a")), .paste("q\r\n\u{03}é\u{1B}[Ax\u{1B}[201"), .key(.character("b")),
        ]
      ),
      Case("\u{1B}[200~\u{1B}[201~x\u{1B}[201~y", [.character("x"), .character("y")]),
      Case("\u{1B}[?1;2cz", [.character("z")]),
      Case("\u{1B}[12", []),
    ]
  )
  func oneBatch(_ given: Case) {
    #expect(decodeEvents([Array(given.typed.utf8)]) == given.events)
  }

  @Test("takes an escape and a bracket that come apart for two keys")
  func apart() {
    #expect(decode([0x1B], [UInt8(ascii: "[")]) == [.escape, .character("[")])
  }

  @Test("joins a key's sequence that comes apart after its first parameter")
  func sequenceApart() {
    #expect(decode([0x1B, UInt8(ascii: "["), UInt8(ascii: "3")], [UInt8(ascii: "~")]) == [.delete])
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

@Suite("Pastes from bytes")
struct PasteDecoderTests {
  private func decode(
    _ text: String,
    by length: Int,
    into decoder: inout KeyDecoder
  )
    -> [TerminalEvent]
  {
    var events: [TerminalEvent] = []
    for (index, byte) in text.utf8.enumerated() {
      decoder.decode(Int32(byte), into: &events)
      if (index + 1).isMultiple(of: length) { decoder.finishBatch(into: &events) }
    }
    return events
  }

  @Test("go on through any number of batches", arguments: 1...9)
  func batches(_ length: Int) {
    var decoder = KeyDecoder()
    #expect(decode("\u{1B}[200~", by: 6, into: &decoder).isEmpty && decoder.isPasting)
    let events = decode("ab日\nc\u{1B}[201~z", by: length, into: &decoder)
    #expect(events == [.paste("ab日\nc"), .key(.character("z"))])
    #expect(!decoder.isPasting)
  }

  @Test("end without their mark when they are told to, and keys are keys again")
  func unterminated() {
    var decoder = KeyDecoder()
    var events = decode("\u{1B}[200~lost\u{1B}[2", by: 3, into: &decoder)
    #expect(events.isEmpty && decoder.isPasting)
    decoder.endPaste(into: &events)
    #expect(events == [.paste("lost")] && !decoder.isPasting)
    #expect(decode("q", by: 1, into: &decoder) == [.key(.character("q"))])
    decoder.endPaste(into: &events)
    #expect(events.count == 1)
  }

  @Test("are cut off where they are too long, between characters", arguments: ["x", "é", "日", "🙂"])
  func bounded(_ character: String) {
    var decoder = KeyDecoder()
    let text = "." + String(repeating: character, count: 70_000)
    let events = decode("\u{1B}[200~\(text)\u{1B}[201~q", by: 4096, into: &decoder)
    guard case .paste(let pasted) = events.first else {
      Issue.record("no paste")
      return
    }
    #expect(text.hasPrefix(pasted))
    let limit = TerminalEvent.maximumPaste
    #expect((limit - 4...limit).contains(pasted.utf8.count))
    #expect(events.dropFirst() == [.key(.character("q"))])
  }

  @Test("hold no keys that ncurses takes for such")
  func keys() {
    var decoder = KeyDecoder()
    var events = decode("\u{1B}[200~a", by: 9, into: &decoder)
    decoder.decode(Int32(WEIR_KEY_UP), into: &events)
    #expect(events.isEmpty)
    #expect(decode("b\u{1B}[201~", by: 9, into: &decoder) == [.paste("ab")])
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
