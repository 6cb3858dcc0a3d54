import MeshModel
import MeshPicture
import Testing
import TerminalUI
import TestSupport

@testable import Console

/// What each action of the table does.
///
/// A new action without an entry here fails the suite.
@Suite("Actions")
struct ActionTests {
  typealias Check = @Sendable (ConsoleAction) -> Void

  static let address = RuleAddress(virtualService: Fixtures.name, index: 1)

  /// A model whose cursor is on rule 2, destination v1.
  static var model: ConsoleModel { Fixtures.model().after(.down) }

  static func expectApplied(_ action: ConsoleAction, _ edit: RuleEdit) {
    for key in action.keys {
      var model = model
      let effects = model.press(key)
      #expect(effects == [.apply(edit)], "\(action.id)")
    }
  }

  static func expectFocus(_ action: ConsoleAction, _ pane: Pane) {
    for size in [(60, 16), (80, 24), (120, 40)] {
      var model = Fixtures.model(size.0, size.1)
      for key in action.keys {
        #expect(model.press(key) == [])
        #expect(model.focus == pane)
        #expect(model.layout.rect(of: pane) != nil, "\(pane) does not show at \(size)")
      }
    }
  }

  static func expectEffects(_ action: ConsoleAction, _ effects: [ConsoleEffect]) {
    for key in action.keys {
      var model = model
      #expect(model.press(key) == effects, "\(action.id)")
    }
  }

  static func expectPrompt(_ action: ConsoleAction, _ label: String, _ text: String) {
    for key in action.keys {
      let model = model.after(key)
      #expect(model.prompt?.label == label)
      #expect(model.prompt?.field.text == text)
    }
  }

  static func expectCursor(
    _ action: ConsoleAction,
    from start: (Int, Int),
    _ wanted: (Int, Int)
  ) {
    for key in action.keys where key != .control("d") {
      var model = Fixtures.model(picture: longBook)
      model.rulesCursor.rule = start.0
      model.rulesCursor.destination = start.1
      model.press(key)
      let cursor = model.rulesCursor
      #expect((cursor.rule, cursor.destination) == wanted, "\(key)")
    }
  }

  /// Twenty rules of two destinations.
  static let longBook: MeshPicture = {
    var picture = Fixtures.picture
    picture.services[0].rules = Array(repeating: Fixtures.splitRule, count: 20)
    return picture
  }()

  static let checks: [ConsoleAction.ID: Check] = [
    .help: { action in
      for key in action.keys {
        #expect(model.after(key).overlay == .help(offset: 0))
        #expect(model.after(key, .escape).overlay == nil)
        #expect(model.after(key, .character("q")).overlay == nil)
      }
    },
    .quit: { expectEffects($0, [.quit]) },
    .interrupt: {
      expectEffects($0, [.quit])
      var model = model.after(.character("?"))
      #expect(model.press(.control("c")) == [.quit])
      model = ActionTests.model.after(.enter)
      #expect(model.press(.control("c")) == [.quit])
    },
    .back: { _ in
      var model = model.after(.character("f"), .escape)
      #expect(!model.isZoomed)
      #expect(model.press(.escape, .escape) == [])
      model.press(.character("/"))
      model.type(text: "v2")
      model.press(.enter)
      #expect(model.callFilter == "v2" && model.focus == .calls)
      #expect(model.press(.escape) == [.setCallFilter("")])
      #expect(model.callFilter == "")
    },
    .redraw: {
      expectEffects($0, [.redraw])
      var model = model.after(.character("?"))
      #expect(model.press(.control("l")) == [.redraw])
    },
    .rulesPane: { expectFocus($0, .rules) },
    .callsPane: { expectFocus($0, .calls) },
    .ratioPane: { expectFocus($0, .ratio) },
    .clientsPane: { expectFocus($0, .clients) },
    .endpointsPane: { expectFocus($0, .endpoints) },
    .eventsPane: { expectFocus($0, .events) },
    .nextPane: { _ in
      #expect(model.after(.tab).focus == .endpoints)
      #expect(model.after(.tab, .tab, .tab, .tab, .tab, .tab).focus == .rules)
      #expect(Fixtures.model(80, 24).after(.tab, .tab).focus == .calls)
      #expect(model.after(.character("f"), .tab).focus == .calls)
    },
    .previousPane: { _ in
      #expect(model.after(.backTab).focus == .events)
      #expect(Fixtures.model(80, 24).after(.backTab).focus == .calls)
    },
    .services: { action in
      var picture = Fixtures.picture
      picture.services.append(ServicePicture(host: HostName("b"), port: 1))
      for key in action.keys {
        #expect(Fixtures.model(picture: picture).after(key).overlay == .services(marked: 0))
        // One alone is no choice.
        #expect(model.after(key).overlay == nil)
      }
    },
    .zoom: { _ in
      let zoomed = model.after(.character("4"), .character("f"))
      #expect(zoomed.layout.places.map(\.pane) == [.ratio])
      #expect(zoomed.after(.character("f")).layout.places.count == 6)
    },
    .freeze: { _ in
      var frozen = model.after(.character("."))
      var later = Fixtures.picture
      later.revision.number = 44
      _ = frozen.update(.picture(later))
      #expect(frozen.isFrozen && frozen.shown?.revision.number == 43)
      #expect(view(frozen).text.contains(" FROZEN 05:56:01 "))
      #expect(frozen.press(.character("L")) == [])
      #expect(frozen.notice?.text.contains("frozen") == true)
      #expect(frozen.after(.character(".")).shown?.revision.number == 44)
    },
    .filter: { _ in
      var model = model
      #expect(model.press(.character("/")) == [])
      #expect(model.focus == .calls)
      #expect(model.type(text: "ok") == [.setCallFilter("o"), .setCallFilter("ok")])
      #expect(model.press(.left) == [])
      #expect(model.press(.enter) == [] && model.prompt == nil)
      #expect(model.press(.character("/")) == [] && model.prompt?.field.text == "ok")
      #expect(model.press(.escape) == [.setCallFilter("")])
      #expect(model.prompt == nil)
    },
    .undo: { action in
      expectEffects(action, [.undo])
      var picture = Fixtures.picture
      picture.revision.canUndo = false
      var model = Fixtures.model(picture: picture)
      #expect(model.press(.character("z")) == [])
      #expect(model.notice?.text == "undo: nothing to undo")
      // The picture that shows the new edit may be still on its way.
      model.press(.down)
      #expect(model.press(.character("L"), .character("z")).last == .undo)
    },
    .redo: { action in
      expectEffects(action, [.redo])
      var picture = Fixtures.picture
      picture.revision.canRedo = false
      var model = Fixtures.model(picture: picture)
      #expect(model.press(.character("Z")) == [])
      #expect(model.notice?.text == "redo: nothing to redo")
      #expect(model.press(.character("z"), .character("Z")) == [.undo, .redo])
    },
    .history: { action in
      expectEffects(action, [.ask(.history(limit: HistoryList.limit))])
    },
    .yaml: { action in expectEffects(action, [.ask(.objects(of: Fixtures.host))]) },
    .explain: { action in
      var model = Fixtures.model()
      #expect(model.press(action.keys[0]) == [])
      #expect(model.prompt?.purpose == .explain)
    },
    .why: { action in
      var model = Fixtures.model().after(.character("3"))
      let row = Fixtures.picture.calls.rows.last
      #expect(model.press(action.keys[0]) == row.map { [.ask(.explain(ExplainRequest($0)))] })
    },
    .walkthrough: { _ in
      var model = Fixtures.model(80, 24, picture: Fixtures.walkthrough(3))
      for (number, step) in Walkthrough.steps.enumerated() {
        let edit = RuleEdit.replaceRules(step.rules, title: "walkthrough: \(step.title)")
        #expect(model.press(.character("W")) == [.apply(edit)])
        let picture = Fixtures.walkthrough(number, revision: UInt64(number) + 2)
        _ = model.update(.picture(picture))
        #expect(view(model).text.contains(" \(number + 1)/4: \(step.title) "))
      }
    },
    .up: { expectCursor($0, from: (1, 0), (0, 1)) },
    .down: { expectCursor($0, from: (0, 1), (1, 0)) },
    .pageUp: { expectCursor($0, from: (1, 0), (0, 0)) },
    .pageDown: { expectCursor($0, from: (19, 0), (19, 1)) },
    .first: { expectCursor($0, from: (7, 1), (0, 0)) },
    .last: { expectCursor($0, from: (7, 1), (19, 1)) },
    .weightDown: { expectApplied($0, .shiftWeight(address, destination: 0, amount: -1)) },
    .weightUp: { expectApplied($0, .shiftWeight(address, destination: 0, amount: 1)) },
    .weightDownTen: { expectApplied($0, .shiftWeight(address, destination: 0, amount: -10)) },
    .weightUpTen: { expectApplied($0, .shiftWeight(address, destination: 0, amount: 10)) },
    .typeWeight: { action in
      expectPrompt(action, "weight of v1", "")
      var model = model.after(.character("="))
      model.type(text: "3:1")
      let weights = [Weight(clamping: 3), Weight(clamping: 1)]
      #expect(model.press(.enter) == [.apply(.setWeights(address, weights))])
      #expect(model.prompt == nil)
    },
    .evenWeights: { expectApplied($0, .evenWeights(address)) },
    .editMatch: { action in
      expectPrompt(action, "match of rule 2", "")
      var model = model.after(.enter)
      model.type(text: "user=admin")
      #expect(model.press(.enter) == [.apply(.setMatches(address, [Fixtures.admin()]))])
    },
    .addBelow: { action in
      expectPrompt(action, "match of new rule 3", "")
      var model = model.after(.character("o"))
      model.type(text: "user=admin")
      let route = HTTPRoute(
        matches: [Fixtures.admin()],
        destinations: [Fixtures.destination("v1", 0), Fixtures.destination("v2", 100)]
      )
      let third = RuleAddress(virtualService: Fixtures.name, index: 2)
      #expect(model.press(.enter) == [.apply(.insertRule(third, route))])
    },
    .addAbove: { expectPrompt($0, "match of new rule 2", "") },
    .deleteRule: { action in
      for key in action.keys {
        var model = model
        #expect(model.press(key) == [])
        #expect(model.press(.enter) == [] && model.overlay == nil)
        #expect(model.press(key, .tab, .enter) == [.apply(.deleteRule(address))])
        #expect(model.press(key, .character("y")) == [.apply(.deleteRule(address))])
        #expect(model.press(key, .tab, .left, .enter) == [])
        #expect(model.press(key, .character("n")) == [] && model.overlay == nil)
      }
    },
    .moveDown: { _ in
      var model = Fixtures.model()
      let first = RuleAddress(virtualService: Fixtures.name, index: 0)
      #expect(model.press(.character("J")) == [.apply(.moveRule(first, to: 1))])
      #expect(model.rulesCursor.rule == 1)
      #expect(model.press(.character("J")) == [])
      #expect(model.notice?.text == "move rule down: rule 2 is the last")
    },
    .moveUp: { action in
      expectApplied(action, .moveRule(address, to: 0))
      #expect(model.after(.character("K")).rulesCursor.rule == 0)
      #expect(
        model.after(.up, .character("K")).notice?.text.hasSuffix("rule 1 is the first") == true
      )
    },
    .follow: { _ in
      var model = model.after(.character("3"))
      #expect(model.isFollowing)
      model.press(.character("F"))
      #expect(!model.isFollowing)
      model.press(.character("F"))
      #expect(model.isFollowing)
      #expect(!model.after(.up).isFollowing)
      #expect(model.after(.up, .character("G")).isFollowing)
    },
    .groupByClient: { _ in
      let model = model.after(.character("4"), .character("v"))
      #expect(model.groupsByClient)
      #expect(view(model).text.contains("client-2     v1 got  76.8"))
      #expect(!model.after(.character("v")).groupsByClient)
    },
    .showCounts: { _ in
      let model = model.after(.character("4"), .character("p"))
      #expect(view(model).text.contains("want 885  got 898 [868,925]"))
      #expect(!model.after(.character("p")).showsCounts)
    },
  ]

  @Test("each have a test that holds", arguments: ConsoleAction.all)
  func everyAction(_ action: ConsoleAction) throws {
    let check = try #require(ActionTests.checks[action.id], "no test for \(action.id)")
    check(action)
  }

  @Test("stand in the table once, each with a key")
  func table() {
    #expect(ConsoleAction.all.map(\.id).count == ConsoleAction.ID.allCases.count)
    #expect(Set(ConsoleAction.all.map(\.id)) == Set(ConsoleAction.ID.allCases))
    for action in ConsoleAction.all {
      #expect(!action.keys.isEmpty && !action.title.isEmpty && !action.explanation.isEmpty)
      #expect(action.title.count <= 21, "\(action.title) does not fit the help")
    }
  }

  @Test("take no key twice where both would work", arguments: Pane.allCases)
  func uniqueKeys(_ pane: Pane) {
    for scopes in [[ConsoleAction.Scope.everywhere, .lists], [.pane(pane)]] {
      let keys = ConsoleAction.all.filter { scopes.contains($0.scope) }.flatMap(\.keys)
      #expect(keys.count == Set(keys).count)
    }
    // The one key that means another thing in a pane than elsewhere.
    let own = Set(ConsoleAction.all.filter { $0.scope == .pane(pane) }.flatMap(\.keys))
    let shared = Set(
      ConsoleAction.all.filter { [.everywhere, .lists].contains($0.scope) }.flatMap(\.keys)
    )
    #expect(own.intersection(shared).isSubset(of: [.control("d")]))
  }

  @Test("say why they do nothing")
  func reasons() {
    func reason(_ model: ConsoleModel, _ key: Key) -> String? { model.after(key).notice?.text }
    let empty = Fixtures.model(picture: nil)
    #expect(reason(empty, .character("L")) == "weight +10: there is no picture of the mesh yet")
    #expect(reason(Fixtures.model(), .character("L"))?.contains("one destination") == true)
    let unsteered = Fixtures.model(picture: Fixtures.walkthrough(0))
    #expect(reason(unsteered, .character("l"))?.contains("no VirtualService") == true)
    #expect(reason(unsteered.after(.tab), .character("l")) == "l (weight +1) works in 2 Rules")
    #expect(reason(Fixtures.model(), .character("8")) == "there is no pane 8 yet")
    #expect(reason(Fixtures.model(), .function(9)) == "F9 does nothing here; ? shows the keys")
    #expect(Fixtures.model().after(.function(9), .up).notice == nil)
  }

  @Test("make the keys page")
  func keysPage() {
    let page = ConsoleAction.keysPage()
    for action in ConsoleAction.all {
      #expect(page.contains("| \(action.title) | "), "\(action.id)")
    }
    #expect(page.contains("## 2 Rules"))
    expectGolden(of: page, named: "keys-page")
    #expect(page.contains("| `l` `→` | weight +1 | Moves 1 percentage point to this destination"))
  }
}
