import Testing
import XDSCore

@Suite("Globs")
struct GlobTests {
  @Test(
    "cover the whole text",
    arguments: [
      ("a", "a", true), ("a", "ab", false), ("abc", "abcd", false), ("a*", "ab", true),
      ("*b", "ab", true), ("a?c", "abc", true), ("a?c", "ac", false), ("?", "é", true),
      ("*?", "é", true), ("*??", "é", false), ("", "", true), ("", "a", false), ("*", "", true),
      ("?", "", false), ("*", "abc", true), ("**", "x", true), ("a*c", "abbc", true),
      ("a*c", "abbd", false), ("a*b*c", "a-b-b", false), ("*a*a*", "banana", true),
      ("*a*b*", "xaxbx", true), ("*a*b*", "xbxax", false), ("[a]", "a", false),
      ("sidecar~*~web-*", "sidecar~10.0.0.1~web-1.default~x", true),
    ]
  )
  func matches(pattern: String, text: String, isFit: Bool) {
    #expect(Glob(pattern).matches(text) == isFit)
  }

  @Test(
    "take no longer than the product of the lengths",
    arguments: ["a*", "*a"]
  )
  func endless(part: String) {
    let pattern = String(repeating: part, count: 100) + "b"
    #expect(!Glob(pattern).matches(String(repeating: "a", count: 2_000)))
  }
}
