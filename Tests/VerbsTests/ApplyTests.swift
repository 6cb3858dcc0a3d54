import MeshModel
import MeshPicture
import Synchronization
import Testing
import Verbs

@Suite("apply, delete, undo and rollback")
struct ApplyTests {
  private let said = Said()
  private let ticket = ChangeTicket(author: "jane", cause: "apply -f x.yaml")

  @Test("says what became of each object, as kubectl does, with the revision")
  func applies() async throws {
    let engine = FakeEngine()
    let verb = ApplyVerb(input: Sample.input(Sample.rule, Sample.service(90, 10)), ticket: ticket)
    #expect(try await verb.run(on: engine, said.output) == .done)
    #expect(
      said.data == [
        "destinationrule.networking.istio.io/greeter created (revision 2)",
        "virtualservice.networking.istio.io/greeter created (revision 2)",
      ]
    )
    #expect(engine.newest.author == "jane" && engine.newest.cause == "apply -f x.yaml")

    #expect(try await verb.run(on: engine, said.output) == .done)
    #expect(said.data.last == "virtualservice.networking.istio.io/greeter unchanged (revision 2)")
  }

  @Test("changes nothing in a dry run")
  func dryRun() async throws {
    let engine = FakeEngine()
    let verb = ApplyVerb(input: Sample.input(Sample.rule), ticket: ticket, isTrial: true)
    #expect(try await verb.run(on: engine, said.output) == .done)
    #expect(said.data == ["destinationrule.networking.istio.io/greeter created (dry run)"])
    #expect(engine.newest.number == 1)
  }

  @Test("asks the engine nothing where a file can't be read, and tells the place")
  func unreadable() async throws {
    let engine = FakeEngine()
    let broken = Sample.service(90, 10).replacing("weight: 90", with: "wieght: 90")
    let verb = ApplyVerb(input: Sample.input(broken), ticket: ticket)
    #expect(try await verb.run(on: engine, said.output) == .inputInvalid)
    #expect(said.data.isEmpty)
    #expect(said.message.contains("file1.yaml:13:7: error: fieldUnknown:"))
    #expect(said.message.contains("\n  fix: did you mean"))
    #expect(engine.state.withLock { $0.changes.isEmpty })
  }

  @Test("tells where in the file stands what the engine refuses")
  func refused() async throws {
    let engine = FakeEngine()
    let finding = Finding(
      .error,
      .subsetUndefined,
      "there is no subset v2",
      fix: "define it",
      kind: .virtualService,
      path: "spec.http[0].route[1].destination.subset",
      object: ResourceName(name: "greeter")
    )
    engine.state.withLock { $0.refusal = EngineError(.refused, "no", findings: [finding]) }
    let verb = ApplyVerb(input: Sample.input(Sample.service(90, 10)), ticket: ticket)
    #expect(try await verb.run(on: engine, said.output) == .inputInvalid)
    #expect(
      said.messages == [
        "file1.yaml:16:17: error: subsetUndefined: there is no subset v2", "  fix: define it",
      ]
    )
  }

  @Test("ends with a conflict that tells who changed what")
  func conflict() async throws {
    let engine = FakeEngine(rules: Sample.rules)
    var ticket = ticket
    ticket.expected = 1
    engine.state.withLock { state in
      state.rival = .evenWeights(
        RuleAddress(virtualService: ResourceName(name: "greeter"), index: 0)
      )
    }
    let verb = ApplyVerb(input: Sample.input(Sample.service(50, 50)), ticket: ticket)
    let error = await #expect(throws: EngineError.self) {
      try await verb.run(on: engine, said.output)
    }
    let shown = try #require(error?.verbError)
    #expect(shown.status == .conditionFalse)
    #expect(shown.message.contains("revision 2 by rival (console): changed"))
  }

  @Test("deletes what is named, and nothing where something is missing")
  func deletes() async throws {
    let engine = FakeEngine(rules: Sample.rules)
    let service = MeshObjectKey(kind: .virtualService, name: ResourceName(name: "greeter"))
    let other = MeshObjectKey(kind: .virtualService, name: ResourceName(name: "other"))
    let both = DeleteVerb(keys: [service, other], ticket: ticket)
    #expect(try await both.run(on: engine, said.output) == .conditionFalse)
    #expect(said.message == "there is no \(other.resource) in namespace default")
    #expect(engine.newest.number == 1)

    let lenient = DeleteVerb(keys: [service, other], ticket: ticket, ignoresMissing: true)
    #expect(try await lenient.run(on: engine, said.output) == .done)
    #expect(said.data == ["virtualservice.networking.istio.io/greeter deleted (revision 2)"])
  }

  @Test("rolls back to the revision before, and says where there is none")
  func rollsBack() async throws {
    let engine = FakeEngine(rules: Sample.rules)
    let rollback = StepVerb(.rollback(to: nil), ticket: ticket)
    let error = await #expect(throws: VerbError.self) {
      try await rollback.run(on: engine, said.output)
    }
    #expect(error?.status == .conditionFalse)

    let start = engine.newest.rules
    let apply = ApplyVerb(input: Sample.input(Sample.service(1, 1)), ticket: ticket)
    _ = try await apply.run(on: engine, said.output)
    #expect(try await rollback.run(on: engine, said.output) == .done)
    #expect(engine.newest.number == 3 && engine.newest.rules == start)
    #expect(said.data.last == "revision 3: changed")
  }

  @Test("says that there is nothing to redo, as a condition that doesn't hold")
  func nothingToRedo() async {
    let error = await #expect(throws: VerbError.self) {
      try await StepVerb(.redo, ticket: ticket).run(on: FakeEngine(), said.output)
    }
    #expect(error == VerbError(.conditionFalse, "nothing to redo"))
  }
}
