import MeshModel
import MeshPicture
import Synchronization
import RuleFiles
import Testing
import Verbs

@Suite("validate, diff, edit, explain and logs")
struct ShowingTests {
  private let said = Said()

  @Test("validate tells nothing of good files, by itself or in JSON")
  func valid() async throws {
    let input = Sample.input(Sample.rule, Sample.service(90, 10))
    #expect(try await ValidateVerb(input: input).run(on: nil, said.output) == .done)
    #expect(said.data.isEmpty, "\(said.data)")
    let json = ValidateVerb(input: input, isJSON: true)
    #expect(try await json.run(on: nil, said.output) == .done)
    #expect(
      said.text
        == #"{"findings":[],"objects":2,"revision":null,"schemaVersion":1,"time":"1970-01-01T00:00:01.000Z","valid":true}"#
    )
  }

  @Test("validate tells the place, the code and the fix")
  func invalid() async throws {
    let service = Sample.service(0, 0).replacing("subset: v2", with: "subset: v3")
    let verb = ValidateVerb(input: Sample.input(Sample.rule, service))
    #expect(try await verb.run(on: nil, said.output) == .inputInvalid)
    #expect(
      said.data.contains { $0.hasPrefix("file2.yaml:") && $0.contains(": error: weightsAllZero: ") }
    )
    let index = try #require(
      said.data.firstIndex { $0.hasPrefix("file2.yaml:16:17: warning: subsetUndefined: ") }
    )
    #expect(said.data[index + 1].hasPrefix("  fix: set subset to v1 or v2"))
  }

  @Test("validate leaves to the engine what only the running mesh can tell")
  func partial() async throws {
    let verb = ValidateVerb(input: Sample.input(Sample.service(90, 10)))
    #expect(try await verb.run(on: nil, said.output) == .done)
    #expect(!said.text.contains("subsetUndefined"))
  }

  @Test("diff shows lines that go and come, and ends by whether there are any")
  func diff() async throws {
    let engine = FakeEngine(rules: Sample.rules)
    let same = DiffVerb(input: Sample.input(Sample.rule, Sample.service(90, 10)))
    #expect(try await same.run(on: engine, said.output) == .done)
    #expect(said.data.isEmpty)
    let other = DiffVerb(input: Sample.input(Sample.service(80, 20)))
    #expect(try await other.run(on: engine, said.output) == .conditionFalse)
    #expect(said.data.contains { $0.hasPrefix("-") && $0.hasSuffix("weight: 90") })
    #expect(said.data.contains { $0.hasPrefix("+") && $0.hasSuffix("weight: 20") })
    #expect(engine.newest.number == 1)
  }

  @Test("diff shows the resources of the profiles that are asked for")
  func resources() async throws {
    let engine = FakeEngine(rules: Sample.rules)
    func listing(_ json: String) -> ResourceListing {
      ResourceListing(
        profile: "grpc",
        revision: 1,
        entries: [.init(type: "RDS", name: "r", json: json)]
      )
    }
    engine.state.withLock {
      $0.listings["grpc"] = (listing("{\n\"w\": 1\n}"), listing("{\n\"w\": 2\n}"))
    }
    let verb = DiffVerb(input: Sample.input(Sample.rule), profiles: ["grpc"])
    #expect(try await verb.run(on: engine, said.output) == .conditionFalse)
    #expect(said.data.prefix(2) == ["--- grpc RDS r", "+++ grpc RDS r"])
    #expect(said.data.contains("-\"w\": 1") && said.data.contains("+\"w\": 2"))
  }

  // MARK: edit

  private let key = MeshObjectKey(kind: .virtualService, name: ResourceName(name: "greeter"))

  private func edit(
    on engine: FakeEngine,
    _ editor: @escaping EditVerb.Editor
  ) async throws -> VerbStatus {
    try await EditVerb(key: key, ticket: ChangeTicket(author: "jane", cause: "edit"))
      .run(on: engine, said.output, editor: editor)
  }

  @Test("edit applies what becomes of the text")
  func edits() async throws {
    let engine = FakeEngine(rules: Sample.rules)
    let status = try await edit(on: engine) { text in
      text.replacing("weight: 90", with: "weight: 80")
    }
    #expect(status == .done)
    #expect(said.data == ["virtualservice.networking.istio.io/greeter configured (revision 2)"])
    let weights = engine.newest.rules.virtualServices[0].http[0].destinations.map(\.weight.value)
    #expect(weights == [80, 10])
  }

  @Test(
    "edit ends without a change where the text is as before, or empty",
    arguments: [true, false]
  )
  func unchanged(_ isEmptied: Bool) async throws {
    let engine = FakeEngine(rules: Sample.rules)
    #expect(try await edit(on: engine) { isEmptied ? "" : $0 } == .done)
    #expect(engine.newest.number == 1 && said.data.isEmpty)
  }

  @Test("edit opens again with the mistakes, by the lines they are on")
  func mistakes() async throws {
    let engine = FakeEngine(rules: Sample.rules)
    let status = try await edit(on: engine) { text in
      guard let line = text.split(separator: "\n").first(where: { $0.contains("fieldUnknown") })
      else { return text.replacing("weight: 90", with: "wieght: 90") }
      // The place told is that of the mistake in this very text.
      let parts = line.split(separator: ":")
      let number = try #require(Int(parts[1]))
      #expect(text.split(separator: "\n")[number - 1].contains("wieght"))
      return text.replacing("wieght: 90", with: "weight: 70")
    }
    #expect(status == .done)
    let weights = engine.newest.rules.virtualServices[0].http[0].destinations.map(\.weight.value)
    #expect(weights == [70, 10])
  }

  @Test("edit gives up where the mistakes are left as they are")
  func givesUp() async throws {
    let engine = FakeEngine(rules: Sample.rules)
    let status = try await edit(on: engine) { $0.replacing("weight: 90", with: "wieght: 90") }
    #expect(status == .inputInvalid && engine.newest.number == 1)
  }

  @Test("edit loses to who changed the same object, and keeps the text for its author")
  func conflict() async throws {
    let engine = FakeEngine(rules: Sample.rules)
    engine.state.withLock {
      $0.rival = .evenWeights(RuleAddress(virtualService: key.name, index: 0))
    }
    let status = try await edit(on: engine) { $0.replacing("weight: 90", with: "weight: 80") }
    #expect(status == .conditionFalse)
    #expect(said.message.contains("revision 2 by rival") && said.message.contains("weight: 80"))
  }

  @Test("edit isn't bothered by changes of other objects")
  func otherChange() async throws {
    let engine = FakeEngine(rules: Sample.rules)
    let other = Sample.input(Sample.rule.replacing("name: greeter", with: "name: other")).objects
    engine.state.withLock { $0.rival = .applyObjects(other) }
    let status = try await edit(on: engine) { $0.replacing("weight: 90", with: "weight: 80") }
    #expect(status == .done && engine.newest.number == 3)
    #expect(engine.newest.rules.destinationRules.count == 2)
  }

  // MARK: explain

  @Test(
    "explain holds what is expected against where the call goes",
    arguments: [
      (["v2"], VerbStatus.done), (["v1"], .conditionFalse), (["v1", "v2"], .conditionFalse),
    ]
  )
  func explains(_ subsets: [String], _ status: VerbStatus) async throws {
    let engine = FakeEngine()
    let request = ExplainRequest(authority: "greeter")
    let shares = subsets.map { subset in
      CallExplanation.Share(
        cluster: "outbound|1|\(subset)|a.b",
        host: HostName("a.b"),
        subset: subset,
        weight: 1,
        share: 1 / Double(subsets.count),
        endpoints: []
      )
    }
    engine.state.withLock {
      $0.explanation = CallExplanation(
        request: request,
        revision: 1,
        profile: "grpc",
        outcome: .routed,
        shares: shares
      )
    }
    let verb = ExplainVerb(request: request, expected: "v2")
    #expect(try await verb.run(on: engine, said.output) == status)
    #expect(said.messages.isEmpty == (status == .done))
  }

  // MARK: logs

  @Test(
    "logs asks by the words of the console's filter",
    arguments: [
      ("14", "code:14"), ("UNAVAILABLE", "code:14"), ("!0", "!code:0"), ("!ok", "!code:0"),
    ]
  )
  func codes(_ code: String, _ word: String) throws {
    let conditions = try CallConditions(version: "v2", client: "c", code: code, expression: "a b")
    #expect(conditions.filter == "ver:v2 client:c \(word) a b")
  }

  @Test("logs refuses a code that is none")
  func badCode() {
    #expect(throws: VerbError.self) { try CallConditions(code: "OOPS") }
    #expect(throws: VerbError.self) { try CallConditions(client: "a b") }
  }

  @Test("logs writes a line a call, of the service and the time asked for")
  func logs() async throws {
    let engine = FakeEngine()
    func row(_ authority: String, _ seconds: Int64) -> CallRow {
      let record = CallRecord(
        time: Timestamp(microseconds: seconds * 1_000_000),
        nodeID: "n",
        authority: authority,
        path: "/api.Greeter/SayHello",
        headers: [HeaderField(name: "user", value: "admin")],
        endpoint: "127.0.0.1:1",
        workloadVersion: "v2.0.0",
        latencyMicroseconds: 1_200
      )
      return CallRow(sequence: 1, record: record, client: "c", rule: 1, subset: "v2", revision: 3)
    }
    engine.state.withLock { state in
      state.calls = [
        CallsBatch(rows: [
          row("greeter.default.svc.cluster.local:20000", 0), row("other:20000", 1),
          row("greeter:20000", 1),
        ])
      ]
    }
    let verb = LogsVerb(service: ServiceName("greeter"), since: .milliseconds(500))
    #expect(try await verb.run(on: engine, said.output) == .done)
    #expect(
      said.data == [
        "1970-01-01T00:00:01.000Z  c  /api.Greeter/SayHello  user=admin  rule 1  v2  v2.0.0  "
          + "127.0.0.1:1  OK  1.2 ms  rev 3"
      ]
    )
  }
}
