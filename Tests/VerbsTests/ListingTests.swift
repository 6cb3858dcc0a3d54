import MeshModel
import MeshPicture
import Synchronization
import TestSupport
import Testing
import Verbs

@Suite("get, history, describe, top, version, doctor and man")
struct ListingTests {
  private let said = Said()
  private let engine = FakeEngine(rules: Sample.rules) { picture in
    picture.services = [
      ServicePicture(
        host: HostName("greeter.default.svc.cluster.local"),
        port: 20_000,
        virtualService: ResourceName(name: "greeter"),
        rules: [rule([90, 10])],
        subsets: [SubsetPicture(name: "v1", labels: [:], ready: 1)]
      )
    ]
    picture.clients = [
      ClientPicture(name: "c", nodeID: "n", state: .acked, sentRevision: 1, ackedRevision: 1)
    ]
  }

  private static func rule(_ counts: [UInt64]) -> RulePicture {
    let n = counts.reduce(0, +)
    let rows = zip(["v1", "v2"], zip([0.9, 0.1], counts)).map { label, row in
      RatioPicture.Row(
        label: label,
        want: row.0,
        count: row.1,
        got: n == 0 ? nil : Double(row.1) / Double(n),
        low: 0,
        high: 1
      )
    }
    return RulePicture(route: HTTPRoute(), ratio: RatioPicture(n: n, rows: rows, verdict: .ok))
  }

  @Test(
    "knows kinds by their names",
    arguments: [
      ("vs", ListedKind.objects(.virtualService)), ("VirtualServices", .objects(.virtualService)),
      ("dr", .objects(.destinationRule)), ("serviceentries", .objects(.serviceEntry)),
      ("we", .objects(.workloadEntry)), ("svc", .services), ("ep", .endpoints),
      ("clients", .clients), ("revision", .revisions),
    ]
  )
  func kinds(_ text: String, _ kind: ListedKind) {
    #expect(ListedKind(text) == kind)
    #expect(ListedKind("\(text)x") == nil)
  }

  @Test("a table has upper-case titles and aligned columns")
  func table() async throws {
    #expect(try await get(.objects(.virtualService)) == .done)
    #expect(said.data == ["NAME      HOSTS     RULES", "greeter   greeter   1"])
  }

  @Test("names are as apply writes them")
  func names() async throws {
    #expect(try await get(.objects(.destinationRule), format: .name) == .done)
    #expect(said.data == ["destinationrule.networking.istio.io/greeter"])
  }

  @Test("what is written as YAML can be applied again", arguments: ["vs", "dr"])
  func yaml(_ kind: String) async throws {
    #expect(try await get(try #require(ListedKind(kind)), format: .yaml) == .done)
    let again = Sample.input(said.text)
    #expect(again.objects.count == 1)
    #expect(engine.newest.rules.objects.contains(again.objects[0]))
  }

  @Test(
    "JSON of every kind is one object on one line with schemaVersion, revision and time",
    arguments: ["vs", "dr", "se", "we", "services", "endpoints", "clients", "revisions"]
  )
  func json(_ kind: String) async throws {
    #expect(try await get(try #require(ListedKind(kind)), format: .json) == .done)
    #expect(said.data.count == 1 && !said.text.contains("\n"))
    #expect(said.text.hasPrefix("{\"items\":["))
    #expect(
      said.text.hasSuffix(
        "],\"revision\":1,\"schemaVersion\":1,\"time\":\"1970-01-01T00:00:01.000Z\"}"
      )
    )
  }

  @Test("one that isn't there is a condition that doesn't hold")
  func missing() async {
    let error = await #expect(throws: VerbError.self) {
      try await get(.objects(.virtualService), name: "nope")
    }
    #expect(error == VerbError(.conditionFalse, "there is no VirtualService nope"))
  }

  @Test("pictures have no YAML, and it is told")
  func noYAML() async {
    let error = await #expect(throws: VerbError.self) { try await get(.clients, format: .yaml) }
    #expect(error?.status == .usage)
  }

  @Test("watching writes what is there, then what changes")
  func watches() async throws {
    let verb = GetVerb(kind: .clients, isWatching: true)
    let task = Task { try await verb.run(on: engine, said.output) }
    #expect(await eventually { said.data.count == 2 })
    engine.show { $0.clients[0].ackedRevision = 2 }
    #expect(await eventually { said.data.count == 3 })
    engine.show { $0.clients = [] }
    #expect(await eventually { said.data.last == "c   deleted" })
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("watching writes an object again whose row is as before, since the object isn't")
  func watchesObjects() async throws {
    let verb = GetVerb(kind: .objects(.virtualService), isWatching: true)
    let task = Task { try await verb.run(on: engine, said.output) }
    #expect(await eventually { said.data.count == 2 })
    let ticket = ChangeTicket(author: "jane", cause: "apply")
    _ = try await ApplyVerb(input: Sample.input(Sample.service(1, 1)), ticket: ticket)
      .run(on: engine, Said().output)
    engine.show { $0.revision.number = 2 }
    #expect(await eventually { said.data.count == 3 })
    #expect(said.data.last == "greeter   greeter   1")
    task.cancel()
    _ = try? await task.value
  }

  private func get(
    _ kind: ListedKind,
    name: String? = nil,
    format: ListFormat = .table
  ) async throws -> VerbStatus {
    try await GetVerb(kind: kind, name: name, format: format).run(on: engine, said.output)
  }

  @Test("history is newest first")
  func history() async throws {
    let ticket = ChangeTicket(author: "jane", cause: "apply")
    _ = try await ApplyVerb(input: Sample.input(Sample.service(1, 1)), ticket: ticket)
      .run(on: engine, Said().output)
    #expect(try await HistoryVerb().run(on: engine, said.output) == .done)
    #expect(said.data.count == 3)
    #expect(said.data[1].hasPrefix("2  ") && said.data[1].contains("jane"))
  }

  @Test("describe shows traffic, findings, what has no effect, clients, history and YAML")
  func describes() async throws {
    engine.show { picture in
      picture.revision.findings = [
        Finding(
          .warning,
          .subsetWithoutWorkload,
          "nobody is behind it",
          kind: .virtualService,
          object: ResourceName(name: "greeter")
        )
      ]
    }
    let note = "default/greeter rule 1: not on this client: cors"
    engine.state.withLock {
      let listing = ResourceListing(profile: "dubbo", revision: 1, entries: [], notes: [note])
      $0.listings["dubbo"] = (listing, listing)
    }
    let verb = DescribeVerb(kind: .objects(.virtualService), name: "greeter")
    #expect(try await verb.run(on: engine, said.output) == .done)
    for part in [
      "Name:       greeter", "got 90.0", "nobody is behind it", "dubbo: \(note)", "c  grpc  ACK",
      "revision 1 by engine", "kind: VirtualService",
    ] {
      #expect(said.text.contains(part), "\(part) in \(said.text)")
    }
  }

  @Test("top prints want beside got")
  func top() async throws {
    #expect(try await TopVerb(isOnce: true).run(on: engine, said.output) == .done)
    #expect(said.data[0].hasPrefix("SERVICE   RULE   TO   WANT%   GOT%"))
    #expect(said.data[2].hasPrefix("greeter   1      v2   10.0    10.0"))
  }

  @Test("top of a window counts only what came in it")
  func window() async throws {
    let verb = TopVerb(service: "greeter", isOnce: true, window: .seconds(5), isJSON: true)
    let task = Task { try await verb.run(on: engine, said.output) }
    // The first picture is of time 0; only one of five seconds later is enough. With the third one
    // handed over the first was seen.
    #expect(await eventually { engine.state.withLock { $0.shown >= 3 } })
    #expect(said.data.isEmpty)
    engine.show { picture in
      picture.time = Timestamp(microseconds: 5_000_000)
      picture.services[0].rules = [Self.rule([120, 40])]
    }
    #expect(try await task.value == .done)
    #expect(said.text.contains("\"n\":60"), "\(said.text)")
  }

  @Test("version tells the engine's where there is one")
  func version() async throws {
    #expect(try await VersionVerb(version: "9").run(on: nil, said.output) == .done)
    #expect(said.data == ["weir 9"])
    #expect(try await VersionVerb(version: "9", isJSON: true).run(on: engine, said.output) == .done)
    #expect(said.data[1].contains("\"processID\":42") && said.data[1].contains("\"revision\":1"))
  }

  @Test("doctor fails where a check does")
  func doctor() async throws {
    let (checks, identity) = await DoctorReport.checks(of: engine)
    #expect(identity?.version == "1.2.3")
    #expect(checks.map(\.name) == ["engine", "store", "rules", "client c"])
    #expect(try await DoctorReport(checks: checks).write(isJSON: false, said.output) == .done)
    let failed = DoctorReport(checks: checks + [.init("x", .failed, "y")])
    #expect(try await failed.write(isJSON: true, said.output) == .conditionFalse)
  }

  @Test("kill and restart name the process")
  func processes() async throws {
    #expect(try await ProcessVerb(id: "w", action: .kill).run(on: engine, said.output) == .done)
    #expect(engine.state.withLock { $0.controlled } == ["kill w"])
    #expect(said.data == ["w killed"])
  }

  @Test("the manual has each command with its flags, and nothing that man would take for its own")
  func manual() throws {
    let help = """
      {"serializationVersion":0,"command":{"commandName":"weir","abstract":"Watches - and steers.",
      "subcommands":[{"commandName":"get","abstract":".Lists","arguments":[
      {"kind":"positional","valueName":"kind","shouldDisplay":true,"isOptional":false},
      {"kind":"option","valueName":"format","names":[{"kind":"short","name":"o"},
      {"kind":"long","name":"output"}],"abstract":"How","shouldDisplay":true}]}]}}
      """
    let page = try ManualPage(help: help, version: "1").text
    #expect(
      page.contains(".SS \"weir get <kind>\"\n\\&.Lists\n.TP\n.B \\-o, \\-\\-output <format>")
    )
    #expect(page.contains("weir \\- Watches \\- and steers."))
  }
}
