import TestSupport
import Testing

@testable import TerminalUI

@Suite("Safe text")
struct SafeTextTests {
  @Test(
    "knows how many columns a text takes",
    arguments: [
      ("", 0), ("v1 90", 5), ("é", 1), ("e\u{301}", 1), ("日本語", 6), ("한국어", 6), ("ａｂ", 4),
      ("→▸░█┃", 5), ("✓", 1), ("✅", 2), ("🚀", 2), ("☎", 1), ("a\u{200B}b", 2), ("\u{301}a", 1),
      ("\u{1112}\u{1161}\u{11AB}", 2), ("ไทย", 3), ("क्ष", 2),
    ]
  )
  func width(_ text: String, _ columns: Int) {
    #expect(SafeText.width(of: text) == columns)
  }

  @Test(
    "takes the teeth out of text from outside",
    arguments: [
      ("\u{1B}[31mred\u{1B}[0m", "?[31mred?[0m"),
      ("\u{1B}]0;title\u{07}", "?]0;title?"),
      ("a\u{08}\u{08}b", "a??b"), ("a\u{7F}b", "a?b"), ("\u{0}", "?"),
      ("\u{9B}31m", "?31m"), ("\u{90}q\u{9C}", "?q?"),
      ("one\ntwo\r\nthree\tfour", "one two  three four"),
      ("a\u{2028}b\u{2029}c\u{85}d\u{A0}e", "a b c d e"),
      ("admin\u{202E}nimda", "adminnimda"), ("a\u{2066}b\u{2069}c\u{200F}d", "abcd"),
      ("z\u{200B}w\u{200D}j\u{FEFF}", "zwj"), ("soft\u{AD}hyphen", "softhyphen"),
      ("\u{5D0}\u{5D1} 10 \u{627}", "?? 10 ?"),
      ("\u{E000}\u{10FFFF}\u{378}", "???"),
      ("flag 🇩🇪", "flag DE"), ("👍🏽", "👍"), ("❤\u{FE0F}", "❤"), ("👩‍👧", "👩👧"),
      ("\u{E0041}tag", "tag"), ("fill\u{3164}er", "filler"), ("\u{3000}x", " x"),
    ]
  )
  func cleaned(_ text: String, _ wanted: String) {
    #expect(SafeText.cleaned(text) == wanted)
  }

  @Test("keeps a pile of combining marks low")
  func piledMarks() {
    let pile = "a" + String(repeating: "\u{301}", count: 500) + "b"
    let cleaned = SafeText.cleaned(pile)
    #expect(cleaned.unicodeScalars.count == 5)
    #expect(SafeText.width(of: pile) == 2)
  }

  @Test("draws everything beyond ASCII as a question mark where nothing else can be shown")
  func asciiOnly() {
    #expect(SafeText.cleaned("né 日本 → e\u{301}", isUnicode: false) == "n? ?? ? e")
    #expect(SafeText.width(of: "日本", isUnicode: false) == 2)
  }

  /// The guard itself: whatever comes in, no cell holds more than a character that fills it.
  @Test("lets no scalar of Unicode through that could do more than fill a cell")
  func everyScalar() {
    var wrong: [String] = []
    // Beyond the second plane there are only wide characters, tags and private use.
    let values =
      Array(UInt32(0)...0x1FFFF) + Array(0xE0000...0xE0FFF)
      + Array(stride(from: 0x20000, to: 0x10FFFF, by: 101))
    for value in values {
      guard let scalar = Unicode.Scalar(value) else { continue }
      var frame = Frame(size: Size(columns: 4, rows: 1))
      frame.put("\(Character(scalar))x", at: Point(column: 0, row: 0))
      let isSafe = frame.cells.allSatisfy { isHarmless($0.character) }
      if !isSafe || frame.cells.count != 4 { wrong.append(String(value, radix: 16)) }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(20))")
  }

  @Test("gives up no guard in long random text")
  func randomText() {
    var random = SeededGenerator(seed: 7)
    let nasty: [UInt32] = [
      0x1B, 0x9B, 0x5B, 0x301, 0x200D, 0x202E, 0x1F468, 0x1F3FD, 0x65E5, 0x0A, 0x1F1E6, 0xAC00,
      0x11A8, 0x1100, 0x1161, 0x20E3, 0xFE0F, 0x41, 0x20, 0x94D, 0x915, 0x93F, 0xE0020,
    ]
    for _ in 0..<2000 {
      var text = ""
      for _ in 0..<Int.random(in: 0..<30, using: &random) {
        let isNasty = Bool.random(using: &random)
        let value =
          isNasty
          ? nasty.randomElement(using: &random) : UInt32.random(in: 0...0x10FFFF, using: &random)
        if let scalar = value.flatMap(Unicode.Scalar.init) { text.unicodeScalars.append(scalar) }
      }
      var frame = Frame(size: Size(columns: 20, rows: 2))
      let start = Int.random(in: -5..<22, using: &random)
      let limit = Int.random(in: 0..<25, using: &random)
      frame.put(text, at: Point(column: start, row: 0), limit: limit)
      checkRows(of: frame)
      let isOther = frame.cells[20...].contains { $0 != .blank }
      #expect(!isOther, "another row was touched")
      #expect(SafeText.width(of: text) == SafeText.width(of: SafeText.cleaned(text)))
    }
  }

  @Test("refuses control characters in a cell made by hand")
  func cellByHand() {
    #expect(Cell(character: "\u{1B}").character == "?")
    #expect(Cell(character: "\r\n").character == "?")
    #expect(Cell(character: "\u{202E}").character == "?")
    #expect(Cell(character: "日").character == "日")
  }

  @Test("breaks text between words, and words only where it must")
  func wrapped() {
    #expect(SafeText.wrapped("one two three", columns: 8) == ["one two", "three"])
    #expect(SafeText.wrapped("abcdefghij k", columns: 4) == ["abcd", "efgh", "ij k"])
    #expect(SafeText.wrapped("日本語 x", columns: 5) == ["日本", "語 x"])
    #expect(SafeText.wrapped("a\nb\u{1B}", columns: 10) == ["a b?"])
    #expect(SafeText.wrapped("", columns: 10).isEmpty)
    #expect(SafeText.wrapped("日", columns: 1) == ["日"])
    #expect(SafeText.wrapped("user=administrator", columns: 14) == ["user=", "administrator"])
    #expect(SafeText.wrapped("uri^=/api/v1/users", columns: 14) == ["uri^=/api/v1/", "users"])
    #expect(SafeText.wrapped("a=bcdefghijkl", columns: 9) == ["a=bcdefgh", "ijkl"])
    #expect(SafeText.wrapped("-日本", columns: 2) == ["-", "日", "本"])
  }
}

/// Whether a cell's character is one printable character with a few marks.
func isHarmless(_ character: Character) -> Bool {
  let scalars = Array(character.unicodeScalars)
  guard let base = scalars.first, scalars.count <= 4 else { return false }
  let marks = scalars.dropFirst().allSatisfy {
    [.nonspacingMark, .enclosingMark].contains($0.properties.generalCategory)
      || (0x1160...0x11FF).contains($0.value) || (0xD7B0...0xD7FF).contains($0.value)
  }
  switch base.properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
    .paragraphSeparator, .nonspacingMark, .enclosingMark:
    return false
  default:
    return marks && !base.properties.isDefaultIgnorableCodePoint
      && !(0x590...0x8FF).contains(base.value)
  }
}

/// Checks that each wide character has its right half, and no half stands alone.
func checkRows(of frame: Frame, sourceLocation: SourceLocation = #_sourceLocation) {
  for row in 0..<frame.size.rows {
    var column = 0
    while column < frame.size.columns {
      let cell = frame[Point(column: column, row: row)]
      #expect(!cell.isContinuation, "half a character", sourceLocation: sourceLocation)
      #expect(isHarmless(cell.character), sourceLocation: sourceLocation)
      let width = SafeText.width(of: String(cell.character))
      if width == 2 {
        let isWhole =
          column + 1 < frame.size.columns
          && frame[Point(column: column + 1, row: row)].isContinuation
        #expect(isWhole, "a wide character without its half", sourceLocation: sourceLocation)
      }
      column += max(1, width)
    }
  }
}
