import MeshPicture
import Testing
import TestSupport
import TerminalUI

@testable import Console

/// Whole screens, as an operator sees them.
@Suite("Screens")
struct ScreenGoldenTests {
  @Test(
    "show all that matters at every size",
    arguments: [(60, 16), (80, 24), (120, 40), (200, 60), (80, 50), (80, 60), (120, 24)],
    [true, false]
  )
  func sizes(_ size: (Int, Int), isUnicode: Bool) {
    let model = Fixtures.model(size.0, size.1, isUnicode: isUnicode, colors: isUnicode ? 8 : 0)
      .after(.down)
    let name = "screen-\(size.0)x\(size.1)-\(isUnicode ? "unicode" : "ascii")"
    expectGolden(of: view(model), named: name)
  }

  @Test("show each pane where not all fit", arguments: Pane.allCases)
  func panes(_ pane: Pane) {
    let key = Key.character(Character("\(pane.rawValue)"))
    expectGolden(of: view(Fixtures.model(80, 24).after(key)), named: "pane-\(pane)-80x24")
    let zoomed = Fixtures.model(120, 40).after(key, .character("f"))
    expectGolden(of: view(zoomed), named: "pane-\(pane)-120x40-zoomed")
  }

  @Test("show the keys over the panes", arguments: [(60, 16), (80, 24), (120, 40)], [true, false])
  func help(_ size: (Int, Int), isUnicode: Bool) {
    let model = Fixtures.model(size.0, size.1, isUnicode: isUnicode).after(.character("?"))
    let name = "help-\(size.0)x\(size.1)-\(isUnicode ? "unicode" : "ascii")"
    expectGolden(of: view(model), named: name)
  }

  /// A moment that has a golden at 80x24.
  struct Moment: Sendable, CustomTestStringConvertible {
    var name: String
    var picture: MeshPicture? = Fixtures.picture
    var isUnicode = true
    var prepare: @Sendable (inout ConsoleModel) -> Void = { _ in }

    var testDescription: String { name }
  }

  static let moments = [
    Moment(name: "start", picture: nil),
    Moment(name: "start-with-problem", picture: nil) {
      _ = $0.update(.notice("The engine ended: port 15010 on 127.0.0.1 is in use."))
    },
    Moment(name: "delete-question") { $0.press(.control("d")) },
    Moment(name: "match-field") {
      $0.press(.down, .enter)
      $0.type(text: "user=admin uri^=/api")
    },
    Moment(name: "match-field-error") {
      $0.press(.down, .enter)
      $0.type(text: "user=\"admin")
      $0.press(.enter)
    },
    Moment(name: "weight-field") { $0.press(.down, .down, .character("=")) },
    Moment(name: "filter-field") {
      $0.press(.character("/"))
      $0.type(text: "v2 admin")
    },
    Moment(name: "new-rule-field") { $0.press(.down, .character("o")) },
    Moment(name: "paste-ignored") { _ = $0.update(.paste("hello\nworld")) },
    Moment(name: "refused") {
      $0.press(.down, .character("H"))
      _ = $0.update(.actionFailed("rule 2: all weights are 0; want at least one above 0"))
    },
    Moment(name: "frozen") { $0.press(.character("."), .character("l")) },
    Moment(name: "held-calls") { $0.press(.character("3"), .up, .up) },
    Moment(name: "nothing-to-undo", picture: Fixtures.walkthrough(1)) {
      $0.picture?.revision.canUndo = false
      $0.press(.character("z"))
    },
    Moment(name: "no-rules", picture: Fixtures.walkthrough(0)),
    Moment(name: "walkthrough-3", picture: Fixtures.walkthrough(2)),
    Moment(name: "few-calls", picture: Fixtures.walkthrough(3)),
    Moment(name: "drift", picture: Fixtures.drifting) { $0.press(.down) },
    Moment(name: "drift-ascii", picture: Fixtures.drifting, isUnicode: false) { $0.press(.down) },
    Moment(name: "findings", picture: Fixtures.shadowed),
    Moment(name: "by-client") { $0.press(.down, .character("4"), .character("v")) },
    Moment(name: "counts") { $0.press(.down, .character("4"), .character("p")) },
    Moment(name: "findings-second-rule", picture: Fixtures.shadowed) { $0.press(.down) },
    Moment(name: "dead-subset", picture: Fixtures.deadSubset) { $0.press(.down, .character("6")) },
    Moment(name: "services", picture: Fixtures.foreign) { $0.press(.character("s"), .down) },
    Moment(name: "second-service", picture: Fixtures.foreign) {
      $0.press(.character("s"), .down, .enter)
    },
    Moment(name: "notes", picture: Fixtures.foreign) { $0.press(.down, .character("5")) },
    Moment(name: "load-reports", picture: Fixtures.foreign) {
      $0.press(.down, .character("4"), .character("f"))
    },
    Moment(name: "hidden-effect", picture: Fixtures.hiddenEffect) {
      $0.press(.down, .character("4"))
    },
    Moment(name: "localities", picture: Fixtures.foreign) { $0.press(.character("6")) },
    Moment(name: "empty", picture: Fixtures.empty) { $0.press(.character("5")) },
    Moment(name: "many-rules", picture: ActionTests.longBook) { $0.press(.character("G")) },
  ]

  @Test("show every moment as it should be", arguments: moments)
  func moment(_ moment: Moment) {
    var model = Fixtures.model(
      80,
      24,
      picture: moment.picture,
      isUnicode: moment.isUnicode
    )
    moment.prepare(&model)
    expectGolden(of: view(model), named: "moment-\(moment.name)")
  }

  @Test("show foreign clients and their notes where there is room")
  func foreign() {
    let model = Fixtures.model(200, 60, picture: Fixtures.foreign).after(.down)
    expectGolden(of: view(model), named: "foreign-200x60")
  }

  @Test("break long matches between their words at the least width")
  func longMatches() {
    let model = Fixtures.model(60, 16, picture: Fixtures.longMatches)
    expectGolden(of: view(model), named: "long-matches-60x16")
  }

  @Test(
    "say what they need where they are too small",
    arguments: [(59, 16), (60, 15), (12, 4), (0, 0)]
  )
  func tooSmall(_ size: (Int, Int)) {
    let text = view(Fixtures.model(size.0, size.1)).text
    let words = text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    #expect(words == (size.0 == 0 ? "" : "need 60x16, have \(size.0)x\(size.1)"))
  }

  @Test("tell the state without colour")
  func monochrome() {
    let model = Fixtures.model(200, 60, colors: 0).after(.down)
    let colored = view(model).cells.filter { $0.style.foreground != .standard }
    #expect(colored.isEmpty)
    #expect(view(model).text == view(Fixtures.model(200, 60).after(.down)).text)
  }
}
