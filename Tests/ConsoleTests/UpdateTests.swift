import MeshModel
import MeshPicture
import Testing
import TerminalUI

@testable import Console

@Suite("Update")
struct UpdateTests {
  @Test("shows why an edit was refused beside the rules, until the next key")
  func refusal() {
    var model = Fixtures.model(80, 24).after(.down, .character("L"))
    _ = model.update(.actionFailed("all weights are 0; want one above 0"))
    #expect(view(model).text.contains("refused: all weights are 0; want one above 0"))
    _ = model.update(.picture(Fixtures.picture))
    #expect(view(model).text.contains("refused: all weights are 0"))
    model.press(.down)
    #expect(!view(model).text.contains("refused"))
    model.press(.character("5"), .character("f"))
    _ = model.update(.actionFailed("no"))
    #expect(view(model).text.contains("refused: no"), "the rules are not on the screen")
  }

  @Test("brings the text back that a refused edit came from")
  func refusedText() {
    var model = Fixtures.model().after(.down, .enter)
    model.type(text: "user=admin")
    #expect(model.press(.enter).count == 1)
    _ = model.update(.actionFailed("rule 1 has this match"))
    #expect(model.prompt?.field.text == "user=admin")
    #expect(view(model).text.contains("! rule 1 has this match"))
    model.press(.escape)
    #expect(model.prompt == nil)
    _ = model.update(.actionFailed("late"))
    #expect(model.prompt == nil)
  }

  @Test("keeps the text in the field while it is wrong")
  func wrongText() {
    var model = Fixtures.model().after(.down, .enter)
    model.type(text: "user=\"adm")
    #expect(model.press(.enter) == [])
    #expect(model.prompt?.field.text == "user=\"adm")
    #expect(model.prompt?.field.error != nil)
    #expect(view(model).cursor != nil)
    model.press(.character("i"))
    #expect(model.prompt?.field.error == nil)
    #expect(model.press(.character("q"), .character("?"), .character("2")) == [])
    #expect(model.prompt?.field.text == "user=\"admiq?2", "keys are text in a text field")
  }

  @Test("makes no edit of a match that was left as it was")
  func sameMatch() {
    var model = Fixtures.model().after(.enter)
    #expect(model.prompt?.field.text == "user=admin")
    #expect(model.press(.enter) == [] && model.prompt == nil)
  }

  @Test("does not write over a rule that changed meanwhile")
  func changedRule() {
    var model = Fixtures.model().after(.enter)
    var picture = Fixtures.picture
    picture.services[0].rules.reverse()
    _ = model.update(.picture(picture))
    model.type(text: "x")
    #expect(model.press(.enter) == [])
    #expect(model.prompt?.field.error?.contains("changed meanwhile") == true)
    picture.services[0].rules = []
    _ = model.update(.picture(picture))
    #expect(model.press(.enter) == [])
    #expect(model.prompt?.field.error?.contains("no longer there") == true)
  }

  @Test("closes the question when its rule is another one")
  func staleQuestion() {
    var model = Fixtures.model().after(.control("d"))
    var picture = Fixtures.picture
    picture.services[0].rules.removeFirst()
    _ = model.update(.picture(picture))
    #expect(model.overlay == nil)
    #expect(model.notice?.text == "rule 1 has changed meanwhile")
    // The answer, come too late, is only a key that shows something.
    #expect(model.press(.character("y")) == [.ask(.objects(of: Fixtures.host))])
  }

  @Test("goes to the new rule once it is there")
  func cursorOnNewRule() {
    var model = Fixtures.model().after(.character("o"), .enter)
    #expect(model.rulesCursor.rule == 0)
    var picture = Fixtures.picture
    _ = model.update(.picture(picture))
    #expect(model.rulesCursor.rule == 0)
    picture.revision.number += 1
    picture.services[0].rules.insert(Fixtures.splitRule, at: 1)
    _ = model.update(.picture(picture))
    #expect(model.rulesCursor == ConsoleModel.RulesCursor(rule: 1, destination: 0))
  }

  @Test("says that a weight can do no more, where that is certain")
  func weightAtItsEnd() {
    var picture = Fixtures.picture
    picture.services[0].rules[1].route.destinations = [
      Fixtures.destination("v1", 3), Fixtures.destination("v2", 0),
    ]
    var model = Fixtures.model(picture: picture).after(.down)
    #expect(model.press(.character("l")) == [] && model.notice?.text == "v1 is at 100 already")
    #expect(model.press(.character("L")) == [] && model.notice?.text == "v1 is at 100 already")
    model.press(.down)
    #expect(model.press(.character("H")) == [] && model.notice?.text == "v2 is at 0 already")
    #expect(model.press(.character("l")).count == 1 && model.notice == nil)
    #expect(
      model.press(.character("h")).count == 1,
      "what the last key made of it is not known yet"
    )
    picture.revision.number += 1
    _ = model.update(.picture(picture))
    #expect(model.press(.character("h")) == [] && model.notice?.text == "v2 is at 0 already")
  }

  @Test("calls the first revision's clocks by the start, since no key made it")
  func startClocks() {
    var picture = Fixtures.picture
    picture.clocks.revision = 1
    let text = view(Fixtures.model(picture: picture)).text
    #expect(text.contains("start→pushed 3.1 ms") && !text.contains("key→"))
  }

  @Test("starts a VirtualService from the subsets where there is none")
  func firstRule() {
    var model = Fixtures.model(picture: Fixtures.walkthrough(0)).after(.character("o"))
    #expect(model.prompt?.label == "match of new rule 1")
    let effects = model.press(.enter)
    let route = HTTPRoute(
      destinations: [Fixtures.destination("v1", 100), Fixtures.destination("v2", 0)]
    )
    let virtualService = VirtualService(
      name: Fixtures.name,
      hosts: [Fixtures.host.description],
      http: [route]
    )
    #expect(effects == [.apply(.applyObjects([.virtualService(virtualService)]))])
  }

  @Test("starts a first rule beside other services' rules, but not without a subset")
  func firstRuleAmongOthers() {
    var picture = Fixtures.walkthrough(0)
    picture.services.append(Fixtures.service)
    #expect(Fixtures.model(picture: picture).after(.character("o")).prompt != nil)
    picture.services[0].subsets = []
    let model = Fixtures.model(picture: picture).after(.character("o"))
    #expect(model.prompt == nil && model.notice?.text.contains("no subset is known") == true)
  }

  @Test("walks on while pictures are late, and from the last step after an edit by hand")
  func walkthroughSteps() {
    var model = Fixtures.model(picture: Fixtures.walkthrough(3))
    let titles = model.press(.character("W"), .character("W")).map { effect -> String in
      guard case .apply(.replaceRules(_, let title)) = effect else { return "" }
      return title
    }
    #expect(titles == ["walkthrough: no rules", "walkthrough: all to v1"])
    var edited = Fixtures.walkthrough(1, revision: 5)
    edited.services[0].rules[0].route.destinations.append(Fixtures.destination("v2", 7))
    _ = model.update(.picture(Fixtures.walkthrough(1, revision: 4)))
    _ = model.update(.picture(edited))
    guard case .apply(.replaceRules(let rules, _)) = model.press(.character("W")).first else {
      Issue.record("no step")
      return
    }
    #expect(rules == Walkthrough.steps[2].rules)
    #expect(!view(Fixtures.model(picture: edited)).text.contains("walkthrough"))
  }

  @Test("has no walkthrough where its service is missing")
  func otherMesh() {
    var picture = Fixtures.picture
    picture.services[0].host = HostName("other.default.svc.cluster.local")
    let model = Fixtures.model(picture: picture).after(.character("W"))
    #expect(model.notice?.isProblem == true)
  }

  @Test("keeps the focus on the screen through every size")
  func focusAndSize() {
    var model = Fixtures.model(120, 40).after(.character("7"))
    for size in [(60, 16), (80, 24), (200, 60), (80, 60), (120, 24), (10, 3), (60, 16)] {
      _ = model.update(.resized(Size(columns: size.0, rows: size.1)))
      #expect(model.focus == .events)
      #expect(model.layout.rect(of: .events) != nil, "\(size)")
    }
  }

  @Test("fills the screen with panes that don't overlap", arguments: [60, 80, 109, 110, 120, 200])
  func layouts(_ columns: Int) {
    for rows in 16...70 {
      for slot in [Pane?.none] + Pane.allCases {
        let size = Size(columns: columns, rows: rows)
        let layout = ScreenLayout(size: size, slot: slot, zoomed: nil)
        var covered = Set<Int>()
        var cells = 0
        for place in layout.places {
          #expect(place.rect.size.rows >= 5, "\(place.pane) at \(columns)x\(rows)")
          cells += place.rect.size.columns * place.rect.size.rows
          for row in place.rect.rows {
            covered.formUnion(place.rect.columns.map { row * columns + $0 })
          }
        }
        let body = columns * (rows - 1 - layout.footer.size.rows)
        #expect(cells == body && covered.count == body)
        if let slot {
          #expect(
            layout.rect(of: slot) != nil || slot == .calls || slot == .ratio
              || layout.places.count > 3
          )
        }
        #expect(Set(layout.places.map(\.pane)).count == layout.places.count)
      }
    }
  }
}
