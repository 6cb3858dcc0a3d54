import MeshModel
import MeshPicture
import Testing
import TerminalUI
import TestSupport

@testable import Console

@Suite("Questions to the engine")
struct QuestionTests {
  private static let authority = "\(Walkthrough.host):20000"

  private func model(_ columns: Int = 120, _ rows: Int = 40) -> ConsoleModel {
    Fixtures.model(columns, rows, picture: Fixtures.picture)
  }

  private static let summaries = [
    RevisionSummary(
      number: 43,
      time: Fixtures.time,
      title: "rule 2: v1 90 -> 75, v2 10 -> 25",
      author: "operator",
      cause: "console"
    ),
    RevisionSummary(
      number: 42,
      time: Fixtures.time,
      title: "VirtualService dubbo-go-server changed",
      author: "ada",
      cause: "apply -f canary.yaml"
    ),
  ]

  // MARK: Explain

  @Test("x asks for headers, and Enter asks the engine about the service on the screen")
  func explain() throws {
    var model = model().after(.character("x"))
    #expect(model.prompt?.purpose == .explain)
    for character in "user=admin /api.Greeter/SayHello client:client-1" {
      #expect(model.update(.key(.character(character))).isEmpty)
    }
    let effects = model.update(.key(.enter))
    let wanted = ExplainRequest(
      authority: Self.authority,
      path: "/api.Greeter/SayHello",
      headers: [HeaderField(name: "user", value: "admin")],
      client: "client-1"
    )
    #expect(effects == [.ask(.explain(wanted))])
    #expect(view(model).text.contains(Document.waiting))
    _ = model.update(.answer(.failed("no such client"), to: .explain(wanted)))
    #expect(view(model).text.contains("no such client"))
    model = model.after(.escape)
    #expect(model.overlay == nil)
    // What was asked last is there to be changed.
    #expect(model.after(.character("x")).prompt?.field.text.hasPrefix("user=admin") == true)
  }

  @Test("an answer to another question is let go")
  func staleAnswer() {
    var model = model().after(.character("y"))
    _ = model.update(.answer(.text(["old"]), to: .difference(revision: 1)))
    #expect(!view(model).text.contains("old"))
    _ = model.update(.answer(.text(["kind: VirtualService"]), to: .objects(of: Walkthrough.host)))
    #expect(view(model).text.contains("kind: VirtualService"))
    model = model.after(.escape)
    _ = model.update(.answer(.text(["late"]), to: .objects(of: Walkthrough.host)))
    #expect(model.overlay == nil)
  }

  @Test(
    "words that ask about a call",
    arguments: [
      ("", "/", [], nil),
      ("/a.B/C", "/a.B/C", [], nil),
      ("User=x", "/", ["user=x"], nil),
      ("a=\"b c\" d=", "/", ["a=b c", "d="], nil),
      ("client:c-1 a=b=c", "/", ["a=b=c"], "c-1"),
    ] as [(String, String, [String], String?)]
  )
  func input(_ text: String, _ path: String, _ headers: [String], _ client: String?) throws {
    let request = try ExplainInput.parse(text, authority: "a:1")
    #expect(request.path == path)
    #expect(request.headers.map { "\($0.name)=\($0.value)" } == headers)
    #expect(request.client == client)
    #expect(try ExplainInput.parse(ExplainInput.text(of: request), authority: "a:1") == request)
  }

  @Test(
    "words that make no sense keep the field open and say why",
    arguments: ["admin", "=x", "a=\"b"]
  )
  func badInput(_ text: String) {
    var model = model().after(.character("x"))
    _ = model.update(.paste(text))
    #expect(model.update(.key(.enter)).isEmpty)
    #expect(model.prompt?.field.error?.contains("want") == true)
  }

  @Test("w asks about the marked call, and about the newest where none is")
  func why() throws {
    var model = model()
    model.focus(on: .calls)
    let rows = Fixtures.picture.calls.rows
    var effects = model.update(.key(.character("w")))
    #expect(effects == [.ask(.explain(ExplainRequest(try #require(rows.last))))])
    model = model.after(.escape, .up, .up)
    effects = model.update(.key(.character("w")))
    #expect(effects == [.ask(.explain(ExplainRequest(rows[rows.count - 3])))])
  }

  // MARK: Drafts

  @Test("a match is checked as it is typed, and what is wrong with it stands below the field")
  func draft() throws {
    var model = model().after(.enter, .control("u"))
    var asked: [RuleEdit] = []
    for character in "user=x" {
      for case .ask(.check(let edit)) in model.update(.key(.character(character))) {
        asked.append(edit)
      }
    }
    let edit = try #require(asked.last)
    #expect(edit == .setMatches(try #require(model.address), try HTTPMatch.parse("user=x")))
    let finding = Finding(.warning, .matchMalformed, "hides rule 2", rule: 0)
    _ = model.update(.answer(.findings([finding]), to: .check(asked[0])))
    #expect(!view(model).text.contains("hides rule 2"), "it is of an older text")
    _ = model.update(.answer(.findings([finding]), to: .check(edit)))
    #expect(view(model).text.contains("! hides rule 2"))
    let refused = Finding(.error, .regexInvalid, "bad regex", rule: 0)
    _ = model.update(.answer(.findings([refused, finding]), to: .check(edit)))
    #expect(view(model).text.contains("would be refused: bad regex"))
    model = model.after(.escape)
    #expect(model.draft == nil)
  }

  // MARK: History

  @Test("Y lists the revisions; Enter goes back to one, D shows what it changed")
  func history() {
    var model = model()
    #expect(model.update(.key(.character("Y"))) == [.ask(.history(limit: HistoryList.limit))])
    #expect(view(model).text.contains(Document.waiting))
    let question = EngineQuestion.history(limit: HistoryList.limit)
    _ = model.update(.answer(.history(Self.summaries), to: question))
    #expect(view(model).text.contains("apply -f canary.yaml"))
    var other = model.after(.down)
    #expect(other.update(.key(.character("D"))) == [.ask(.difference(revision: 42))])
    _ = other.update(
      .answer(.text(["-  weight: 10", "+  weight: 25"]), to: .difference(revision: 42))
    )
    #expect(view(other).text.contains("+  weight: 25"))
    _ = model.update(.key(.down))
    #expect(model.update(.key(.enter)) == [.rollback(to: 42)])
    #expect(model.overlay == nil)
  }

  @Test("going back to the newest revision does nothing")
  func newest() {
    var picture = Fixtures.picture
    picture.revision.number = 43
    var model = Fixtures.model(120, 40, picture: picture).after(.character("Y"))
    let question = EngineQuestion.history(limit: HistoryList.limit)
    _ = model.update(.answer(.history(Self.summaries), to: question))
    #expect(model.update(.key(.enter)).isEmpty)
    #expect(view(model).text.contains("newest already"))
  }

  // MARK: Sizes

  @Test(
    "documents scroll, and stay inside every screen",
    arguments: [(60, 16), (80, 24), (200, 60)]
  )
  func scrolling(_ columns: Int, _ rows: Int) {
    var model = model(columns, rows).after(.character("y"))
    let lines = (1...300).map { "line \($0) " + String(repeating: "x", count: $0 % 150) }
    _ = model.update(.answer(.text(lines), to: .objects(of: Walkthrough.host)))
    #expect(view(model).text.contains("line 1 "))
    model = model.after(.character("G"))
    #expect(view(model).text.contains("line 300 "))
    model = model.after(.character("g"))
    #expect(view(model).text.contains("line 1 "))
  }

  @Test("ten thousand rules are laid out around the cursor only, and all can be reached")
  func manyRules() {
    var picture = Fixtures.picture
    picture.services[0].rules = Array(repeating: Fixtures.splitRule, count: 10_000)
    var model = Fixtures.model(120, 40, picture: picture)
    let start = ContinuousClock.now
    for _ in 0..<20 { _ = view(model) }
    #expect(ContinuousClock.now - start < .seconds(4))
    model = model.after(.character("G"))
    #expect(view(model).text.contains("rule 10000 of 10000"))
    #expect(view(model).text.contains("10000"))
    model = model.after(.up, .up, .up)
    #expect(view(model).text.contains("rule 9999 of 10000"))
  }
}
