import MeshModel
import MeshPicture
import Testing
import TerminalUI

@testable import Console

@Suite("Heights of panes")
struct HeightTests {
  @Test("go where rows are needed, then where they are wanted, then where they are of use")
  func sharing() {
    let calls = PaneRows(needed: 6, wanted: 13, isElastic: true)
    func rows(_ total: Int, _ wants: PaneRows...) -> [Int] { Stack.rows(total, for: wants) }
    #expect(rows(21, PaneRows(needed: 6, wanted: 8), PaneRows(needed: 9), calls) == [6, 9, 6])
    #expect(rows(21, PaneRows(needed: 8), PaneRows(needed: 9), calls) == [8, 7, 6])
    #expect(rows(21, PaneRows(needed: 60), PaneRows(needed: 60), calls) == [8, 7, 6])
    #expect(rows(21, PaneRows(needed: 5, wanted: 7), PaneRows(needed: 5), calls) == [7, 5, 9])
    #expect(rows(60, PaneRows(needed: 6), PaneRows(needed: 9), calls) == [6, 9, 45])
    #expect(rows(20, PaneRows(needed: 6), PaneRows(needed: 9)) == [6, 14])
    #expect(rows(7, PaneRows(needed: 6), PaneRows(needed: 9)) == [4, 3])
    #expect(rows(0, PaneRows(needed: 6)) == [0])
    #expect(rows(-3, PaneRows(needed: 6), calls) == [0, 0])
  }

  @Test(
    "leave no row of a pane empty while another has lines to show",
    arguments: [(60, 16), (80, 24), (80, 50), (120, 24), (120, 40)]
  )
  func content(_ size: (Int, Int)) {
    for picture in [
      Fixtures.picture, Fixtures.shadowed, Fixtures.drifting, Fixtures.walkthrough(3),
    ] {
      for rule in 0..<2 {
        var model = Fixtures.model(size.0, size.1, picture: picture)
        for _ in 0..<rule { model.press(.down) }
        let rules = room(of: .rules, in: model)
        let ratio = room(of: .ratio, in: model)
        #expect(rules >= 0 || ratio <= 0, "\(rules) and \(ratio)")
        // On the wide grid the pane beside may be the one that needs the rows.
        #expect(ratio >= 0 || rules <= 0 || size == (120, 40), "\(rules) and \(ratio)")
      }
    }
  }

  /// Rows that stay empty; below 0 for lines that don't show.
  private func room(of pane: Pane, in model: ConsoleModel) -> Int {
    guard let rect = model.layout.rect(of: pane) else { return 0 }
    let content = model.content(of: pane, size: rect.inner.size)
    return rect.inner.size.rows - content.head.count - content.body.count - content.foot.count
  }

  @Test("don't tremble with the figures, and follow when the operator goes elsewhere")
  func steady() {
    var model = Fixtures.model(80, 24).after(.down)
    let before = model.layout
    var picture = Fixtures.picture
    picture.services[0].rules[1].ratio.eValue = nil
    picture.services[0].rules[1].ratio.needed = 0
    picture.services[0].rules[1].ratio.byClient = []
    _ = model.update(.picture(picture))
    #expect(model.layout == before)
    _ = model.update(.picture(Fixtures.picture))
    #expect(model.layout == before)
    model.press(.enter)
    #expect(model.layout == before, "a text field moves nothing")
    model.press(.escape, .up)
    #expect(model.layout != before)
  }

  @Test("count no further than any screen goes")
  func many() {
    var picture = Fixtures.picture
    picture.services[0].rules = Array(repeating: Fixtures.splitRule, count: 2000)
    picture.clients = Array(repeating: Fixtures.clients[0], count: 2000)
    let model = Fixtures.model(120, 40, picture: picture)
    #expect(model.heights[.rules]?.needed == 62 && model.heights[.clients]?.needed == 62)
    #expect(model.layout.places.allSatisfy { $0.rect.size.rows >= PaneRows.least })
  }
}
