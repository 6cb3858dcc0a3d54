import MeshModel
import MeshPicture
import Testing
import TerminalUI
import TestSupport

@testable import Console

@Suite("An engine that goes away")
struct EngineGoneTests {
  private func firstLine(_ model: ConsoleModel) -> String {
    view(model).text.split(separator: "\n").first.map(String.init) ?? ""
  }

  @Test("leaves its last picture on the screen, which says so until the next")
  func gone() {
    var model = Fixtures.model(120, 40, picture: Fixtures.picture)
    #expect(firstLine(model).contains("LIVE"))

    #expect(model.update(.engineGone("no engine at /run/engine.sock")).isEmpty)
    #expect(firstLine(model).contains("NO ENGINE since"))
    #expect(!firstLine(model).contains("LIVE"))
    #expect(view(model).text.contains("no engine at /run/engine.sock"))
    #expect(model.picture == Fixtures.picture)

    _ = model.update(.picture(Fixtures.picture))
    #expect(firstLine(model).contains("LIVE"))
    #expect(view(model).text.contains("the engine is back, at rev"))
  }

  @Test("is told once, though it is looked for again and again")
  func once() {
    var model = Fixtures.model(120, 40, picture: Fixtures.picture)
    _ = model.update(.engineGone("first"))
    _ = model.update(.key(.character("?")))
    _ = model.update(.key(.escape))
    _ = model.update(.engineGone("second"))
    #expect(!view(model).text.contains("second"))
    #expect(firstLine(model).contains("NO ENGINE"))
  }
}
