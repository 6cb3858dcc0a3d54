import AdminAPI
import Foundation
import MeshModel
import MeshPicture
import Synchronization
import TestSupport
import Testing

@Suite("An engine over a socket")
struct AdminServerTests {
  /// Serves a fake engine at a socket, and hands the body a client.
  private func asking(
    _ engine: FakeEngine = FakeEngine(),
    _ body: (AdminClient, RunningAdmin) async throws -> Void
  ) async throws {
    try await TemporaryFolder.with { folder in
      try await RunningAdmin.with(engine, at: .unix(path: folder.path("engine.sock"))) { admin in
        try await AdminClient.with(admin.address) { try await body($0, admin) }
      }
    }
  }

  @Test("answers every question")
  func questions() async throws {
    let engine = FakeEngine()
    try await asking(engine) { client, _ in
      #expect(try await client.identity() == engine.identity())
      #expect(try await client.revision(nil).number == 1)
      #expect(try await client.history(before: 9, limit: 3).map(\.number) == [8, 7, 6])
      let request = ExplainRequest(authority: "greeter", path: "SayHello")
      #expect(try await client.explain(request) == engine.explain(request))
      #expect(try await client.resources(profile: "envoy", after: nil).revision == 1)
      #expect(try await client.resources(profile: "envoy", after: RuleChange(.undo)).revision == 2)
      #expect(try await client.inventory() == engine.inventory())
      #expect(try await client.check(RuleChange(.redo)).before == MeshRules())
      try await client.control(process: "v1-1", .restart)
      #expect(engine.state.withLock { $0.actions } == ["restart v1-1"])
    }
  }

  @Test("makes changes by their author, else by the user at the other end")
  func authors() async throws {
    let engine = FakeEngine()
    try await asking(engine) { client, _ in
      let asked = MonotonicTime(nanoseconds: 7)
      _ = try await client.change(RuleChange(.undo, author: "ada", cause: "a test", asked: asked))
      _ = try await client.change(RuleChange(.redo, author: ""))
      #expect(engine.changes.map(\.author) == ["ada", NSUserName()])
      #expect(engine.changes.map(\.asked) == [asked, nil])
    }
  }

  @Test("tells the loser of two writers what the other did")
  func conflict() async throws {
    try await asking { first, admin in
      try await AdminClient.with(admin.address) { second in
        let receipt = try await first.change(RuleChange(.undo, expected: 1))
        #expect(receipt.revision == 2)
        await #expect {
          try await second.change(RuleChange(.redo, expected: 1))
        } throws: { error in
          guard let error = error as? EngineError else { return false }
          return error.code == .conflict && error.message == "revision 2 is newer"
            && error.since.map(\.title) == ["the change that led to 2"]
        }
      }
    }
  }

  @Test("passes errors on as they are", arguments: EngineError.Code.allCases)
  func errors(code: EngineError.Code) async throws {
    let engine = FakeEngine()
    let finding = Finding(.error, .regexInvalid, "rule 1: the regex is häßlich", rule: 0)
    let error = EngineError(code, "why: ä\nand more", findings: [finding])
    engine.fail(with: error)
    try await asking(engine) { client, _ in
      await #expect(throws: error) { try await client.change(RuleChange(.undo)) }
      await #expect(throws: error) { try await client.identity() }
    }
  }

  @Test("passes all findings on where a status has no room for them")
  func manyFindings() async throws {
    let engine = FakeEngine()
    let findings = (0..<2_000).map { (index: Int) in
      Finding(.error, .regexInvalid, "rule \(index)", rule: index)
    }
    engine.fail(with: EngineError(.refused, "2000 mistakes", findings: findings))
    try await asking(engine) { client, _ in
      await #expect(throws: EngineError(.refused, "2000 mistakes", findings: findings)) {
        try await client.change(RuleChange(.undo))
      }
    }
  }

  @Test("passes all revisions on that a writer missed")
  func manyRevisions() async throws {
    let engine = FakeEngine()
    engine.state.withLock { $0.revision = 300 }
    try await asking(engine) { client, _ in
      await #expect {
        try await client.change(RuleChange(.undo, expected: 100))
      } throws: { error in
        (error as? EngineError)?.since.map(\.number) == Array(101...300)
      }
    }
  }

  @Test("shows each viewer what it filters by, and follows when it asks for something else")
  func filters() async throws {
    let engine = FakeEngine()
    try await asking(engine) { client, admin in
      try await AdminClient.with(admin.address) { other in
        try await watch(Viewer(of: client, filter: "user=admin"), Viewer(of: other, filter: "!ok"))
        try await until("one viewer", { engine.viewers == 1 })
      }
    }
  }

  private func watch(_ first: Viewer, _ second: Viewer) async throws {
    try await first.sees("its filter") { $0.calls.filter == "user=admin" }
    try await second.sees("its filter") { $0.calls.filter == "!ok" }
    first.ask(for: "v2")
    try await first.sees("another filter") { $0.calls.filter == "v2" }
    #expect(second.pictures.all.allSatisfy { $0.calls.filter == "!ok" })
    second.leave()
    let end = try await second.end()
    #expect(end == nil)
  }

  @Test("shows viewers each other's changes")
  func sharedChanges() async throws {
    try await asking { first, admin in
      try await AdminClient.with(admin.address) { second in
        let viewer = Viewer(of: second)
        try await viewer.sees("revision 1") { $0.revision.number == 1 }
        _ = try await first.change(RuleChange(.undo))
        try await viewer.sees("revision 2") { $0.revision.number == 2 }
      }
    }
  }

  @Test("forgets a viewer that hangs up")
  func hangUp() async throws {
    let engine = FakeEngine()
    try await asking(engine) { _, admin in
      try await AdminClient.with(admin.address) { client in
        let viewer = Viewer(of: client)
        try await viewer.sees("a picture") { _ in true }
        #expect(engine.viewers == 1)
      }
      try await until("no viewer", { engine.viewers == 0 })
    }
  }

  @Test("ends pictures with an error where the engine goes away, and goes on when it is back")
  func restart() async throws {
    try await TemporaryFolder.with { folder in
      let place = AdminServer.Place.unix(path: folder.path("engine.sock"))
      let first = try await RunningAdmin.start(at: place)
      try await AdminClient.with(first.address) { client in
        let viewer = Viewer(of: client)
        try await viewer.sees("a picture") { _ in true }
        await first.stop()
        let end = try await viewer.end()
        #expect((end as? EngineError)?.code == .unreachable)
        await #expect(throws: EngineError.self) { try await client.identity() }

        try await RunningAdmin.with(at: place) { _ in
          try await until("the engine") { (try? await client.identity()) != nil }
          let viewer = Viewer(of: client)
          try await viewer.sees("a picture") { $0.mesh == "fake" }
        }
      }
    }
  }

  @Test("hands over the calls that are there, and ends")
  func calls() async throws {
    try await asking { client, _ in
      var rows: [CallRow] = []
      for try await batch in client.calls(CallsRequest(filter: "/a", tail: 500)) {
        rows += batch.rows
      }
      #expect(rows.map(\.sequence) == Array(0..<500))
      #expect(rows.first?.record.path == "/a")
    }
  }
}
