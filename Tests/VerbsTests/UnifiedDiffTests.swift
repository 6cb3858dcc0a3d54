import Testing
import Verbs

@Suite("unified differences")
struct UnifiedDiffTests {
  private func patch(_ old: [String], _ new: [String]) -> [String] {
    UnifiedDiff(from: old.joined(separator: "\n"), to: new.joined(separator: "\n"))
      .patch(from: "old", to: "new")
  }

  @Test("equal texts have none")
  func equal() {
    #expect(patch(["a", "b"], ["a", "b"]).isEmpty)
    #expect(UnifiedDiff(from: "", to: "").isEmpty)
  }

  @Test("a changed line stands between three that are alike")
  func changed() {
    let old = ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
    var new = old
    new[4] = "five"
    #expect(
      patch(old, new) == [
        "--- old", "+++ new", "@@ -2,7 +2,7 @@", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8",
      ]
    )
  }

  @Test("changes far apart have hunks of their own")
  func apart() {
    let old = (1...20).map(String.init)
    var new = old
    new[0] = "one"
    new.append("21")
    #expect(
      patch(old, new) == [
        "--- old", "+++ new", "@@ -1,4 +1,4 @@", "-1", "+one", " 2", " 3", " 4",
        "@@ -18,3 +18,4 @@", " 18", " 19", " 20", "+21",
      ]
    )
  }

  @Test("what is new has no lines before")
  func new() {
    #expect(patch([], ["a"]) == ["--- old", "+++ new", "@@ -0,0 +1 @@", "+a"])
    #expect(patch(["a", "b"], []) == ["--- old", "+++ new", "@@ -1,2 +0,0 @@", "-a", "-b"])
  }
}
