import MeshModel
import MeshPicture
import Synchronization
import Testing
import Verbs

@Suite("set-weight")
struct SetWeightTests {
  private let said = Said()
  private let ticket = ChangeTicket(author: "jane", cause: "set-weight")

  private func set(
    _ words: [String],
    rule: Int? = nil,
    service: String = "greeter",
    on engine: FakeEngine
  ) async throws -> [UInt32] {
    let verb = SetWeightVerb(
      service: service,
      weights: try WeightsArgument(words),
      rule: rule,
      ticket: ticket
    )
    _ = try await verb.run(on: engine, said.output)
    return engine.newest.rules.virtualServices[0].http.flatMap(\.destinations).map(\.weight.value)
  }

  @Test(
    "takes weights in every form",
    arguments: [
      (["v1=70", "v2=30"], [70, 30]), (["v2=30", "v1=70"], [70, 30]), (["v2=25"], [75, 25]),
      (["v2=25%"], [75, 25]), (["3:1"], [3, 1]), (["even"], [50, 50]), (["v1=0", "v2=1"], [0, 1]),
    ] as [([String], [UInt32])]
  )
  func forms(_ words: [String], _ expected: [UInt32]) async throws {
    #expect(try await set(words, on: FakeEngine(rules: Sample.rules)) == expected)
  }

  @Test(
    "refuses what is no weight, with a status for usage or input",
    arguments: [
      (["v1"], VerbStatus.usage), (["v1=1", "v1=2"], .usage), ([], .usage),
      (["v3=1"], .inputInvalid), (["v1=x", "v2=1"], .inputInvalid),
      (["v1=0", "v2=0"], .inputInvalid), (["v2=101%"], .inputInvalid),
    ] as [([String], VerbStatus)]
  )
  func refused(_ words: [String], _ status: VerbStatus) async {
    let engine = FakeEngine(rules: Sample.rules)
    let error = await #expect(throws: VerbError.self) { try await set(words, on: engine) }
    #expect(error?.status == status, "\(String(describing: error))")
    #expect(engine.newest.number == 1)
  }

  @Test(
    "knows the service by every name",
    arguments: [
      "greeter", "greeter.default", "greeter.default.svc.cluster.local",
      "greeter.default.svc.cluster.local:20000", "default/greeter", "Greeter",
    ]
  )
  func names(_ name: String) async throws {
    let engine = FakeEngine(rules: Sample.rules)
    #expect(try await set(["even"], service: name, on: engine) == [50, 50])
  }

  @Test("wants the rule's number only where several rules fit")
  func whichRule() async throws {
    var rules = Sample.rules
    let split = rules.virtualServices[0].http[0]
    let single = HTTPRoute(
      matches: [HTTPMatch(headers: [HeaderMatch(name: "user", match: .exact("admin"))])],
      destinations: [split.destinations[1]]
    )
    rules.virtualServices[0].http.insert(single, at: 0)
    #expect(try await set(["even"], on: FakeEngine(rules: rules)).suffix(2) == [50, 50])

    rules.virtualServices[0].http.append(split)
    let error = await #expect(throws: VerbError.self) {
      try await set(["even"], on: FakeEngine(rules: rules))
    }
    #expect(error?.message.contains("rules 2, 3") ?? false)
    let chosen = try await set(["even"], rule: 3, on: FakeEngine(rules: rules))
    #expect(chosen.suffix(2) == [50, 50])
  }

  @Test("is made upon what it read: a rival's edit is read again, and nothing is overwritten")
  func rival() async throws {
    let engine = FakeEngine(rules: Sample.rules)
    let name = ResourceName(name: "greeter")
    let extra = HTTPRoute(
      matches: [HTTPMatch(headers: [HeaderMatch(name: "user", match: .exact("admin"))])],
      destinations: [engine.newest.rules.virtualServices[0].http[0].destinations[0]]
    )
    engine.state.withLock {
      $0.rival = .insertRule(RuleAddress(virtualService: name, index: 0), extra)
    }
    // The rule that was the first when it was read is the second when the change comes.
    #expect(try await set(["v1=1", "v2=1"], on: engine).suffix(2) == [1, 1])
    #expect(engine.newest.rules.virtualServices[0].http.count == 2)
  }

  @Test("with a revision asked for, a rival's edit is a conflict")
  func expectedRevision() async throws {
    let engine = FakeEngine(rules: Sample.rules)
    let name = ResourceName(name: "greeter")
    engine.state.withLock { $0.rival = .evenWeights(RuleAddress(virtualService: name, index: 0)) }
    var ticket = ticket
    ticket.expected = 1
    let verb = SetWeightVerb(
      service: "greeter",
      weights: try WeightsArgument(["3:1"]),
      ticket: ticket
    )
    let error = await #expect(throws: EngineError.self) {
      try await verb.run(on: engine, said.output)
    }
    #expect(error?.code == .conflict)
  }
}
