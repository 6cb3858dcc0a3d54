import MeshModel
import MeshPicture
import Testing
import TerminalUI

@testable import Console

@Suite("Scrolling")
struct ScrollingTests {
  private func lines(_ model: ConsoleModel, of pane: Pane) -> [String] {
    guard let rect = model.layout.rect(of: pane) else { return [] }
    return view(model).text.split(separator: "\n", omittingEmptySubsequences: false)[rect.rows]
      .map(String.init)
  }

  @Test("follows the newest calls until the operator goes up")
  func followingCalls() {
    var model = Fixtures.model(80, 24).after(.character("3"))
    _ = model.update(.picture(with(calls: Fixtures.calls(60, from: 1000))))
    #expect(lines(model, of: .calls)[5].contains(time(of: 1059)))
    model.press(.up)
    #expect(lines(model, of: .calls)[4].hasPrefix("│▸"), "the row above the last")
    let held = lines(model, of: .calls)[2...5]
    _ = model.update(.picture(with(calls: Fixtures.calls(60, from: 1010))))
    #expect(lines(model, of: .calls)[2...5] == held, "rows keep their place while others come")
    #expect(lines(model, of: .calls)[0].contains("held"))
    model.press(.character("G"))
    #expect(lines(model, of: .calls)[5].contains(time(of: 1069)))
    #expect(lines(model, of: .calls)[0].contains("FOLLOW"))
  }

  @Test("goes to the oldest call that is left when the row's own is gone")
  func droppedCalls() {
    var model = Fixtures.model(80, 24).after(.character("3"), .character("g"))
    _ = model.update(.picture(with(calls: Fixtures.calls(60, from: 5000))))
    #expect(lines(model, of: .calls)[2].hasPrefix("│▸"))
    #expect(lines(model, of: .calls)[2].contains(time(of: 5000)))
    _ = model.update(.picture(with(calls: CallsPicture())))
    #expect(lines(model, of: .calls)[2].contains("no call yet"))
    model.press(.up, .down, .pageUp, .pageDown, .character("g"), .character("G"), .character("F"))
  }

  @Test("keeps older events in sight while new ones come")
  func events() {
    var model = Fixtures.model(80, 24).after(.character("7"), .up)
    let held = lines(model, of: .events)[1...5]
    #expect(lines(model, of: .events)[6].contains("1 newer below"))
    var picture = Fixtures.picture
    picture.events.append(EventPicture(time: Fixtures.time, source: "x", text: "new"))
    _ = model.update(.picture(picture))
    #expect(lines(model, of: .events)[1...5] == held)
    #expect(lines(model, of: .events)[6].contains("2 newer below"))
    model.press(.character("G"))
    #expect(lines(model, of: .events)[5].contains("new"))
    model.press(.character("g"))
    #expect(lines(model, of: .events)[1].contains("xDS listens"))
  }

  @Test(
    "scrolls panes to their ends and no further",
    arguments: [Pane.ratio, .clients, .endpoints]
  )
  func ends(_ pane: Pane) {
    let key = Key.character(Character("\(pane.rawValue)"))
    var model = Fixtures.model(60, 16).after(.down, key)
    let top = lines(model, of: pane)
    model.press(.up, .pageUp)
    #expect(lines(model, of: pane) == top)
    model.press(.character("G"))
    let bottom = lines(model, of: pane)
    #expect(bottom != top)
    model.press(.down, .pageDown, .down)
    #expect(lines(model, of: pane) == bottom)
    model.press(.up)
    #expect(lines(model, of: pane) != bottom)
    model.press(.character("g"))
    #expect(lines(model, of: pane) == top)
  }

  @Test("keeps the rule that the operator is on in sight, with what is said of it")
  func rules() {
    var model = Fixtures.model(80, 24, picture: ActionTests.longBook)
    for _ in 0..<39 {
      model.press(.down)
      #expect(lines(model, of: .rules).count { $0.hasPrefix("│▸") } == 1)
    }
    #expect(model.rulesCursor == ConsoleModel.RulesCursor(rule: 19, destination: 1))
    let bottom = lines(model, of: .rules)
    model.press(.up)
    #expect(lines(model, of: .rules)[1].dropFirst(2) == bottom[1].dropFirst(2), "no jump")
  }

  @Test("scrolls the help where it is too long")
  func help() {
    var model = Fixtures.model(60, 16).after(.character("?"))
    #expect(view(model).text.contains("Everywhere"))
    model.press(.character("G"))
    let end = view(model).text
    #expect(end.contains("percent/count"))
    model.press(.down, .pageDown)
    #expect(view(model).text == end)
    model.press(.character("k"), .pageUp, .home, .up)
    #expect(model.overlay == .help(offset: 0))
  }

  private func with(calls: CallsPicture) -> MeshPicture {
    var picture = Fixtures.picture
    picture.calls = calls
    return picture
  }

  private func time(of sequence: UInt64) -> String {
    LocalTime(Fixtures.call(sequence).record.time, utcOffsetSeconds: 0).clockWithMilliseconds
  }
}
