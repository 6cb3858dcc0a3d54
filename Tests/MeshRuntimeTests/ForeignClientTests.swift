import MeshModel
import MeshPicture
import MeshRuntime
import Testing
import XDSCore

@Suite("Foreign clients")
struct ForeignClientTests {
  /// An entry as an Envoy writes it: no config version, and an authority of its own.
  private func entry(
    _ mesh: Fixture,
    subset: String = "v1",
    rule: String = "rule-1",
    latency: UInt64 = 1_000
  ) -> CallRecord {
    CallRecord(
      time: Timestamp(microseconds: mesh.now.wall.microseconds - Int64(latency)),
      nodeID: Fixture.nodeID("envoy-1"),
      authority: "127.0.0.1:20000",
      path: Fixture.path,
      routeName: rule,
      cluster: Fixture.cluster(subset),
      endpoint: subset == "v1" ? "127.0.0.1:20001" : "127.0.0.1:20002",
      latencyMicroseconds: latency
    )
  }

  private func envoyMesh(_ rules: MeshRules = Walkthrough.start) throws -> Fixture {
    var mesh = try Fixture(rules)
    mesh.join("envoy-1", as: .envoy, .delta)
    mesh.stream(.loadReport, of: "envoy-1", isOpen: true)
    mesh.advance(milliseconds: 1_000)
    return mesh
  }

  @Test("an Envoy's entries count in their rule, whatever it was dialled by")
  func envoyEntries() throws {
    var mesh = try envoyMesh(Walkthrough.steps[2].rules)
    mesh.stream(.accessLog, of: "envoy-1", isOpen: true)
    for _ in 0..<3 { mesh.report(entry(mesh, rule: "rule-2")) }
    mesh.report(entry(mesh, subset: "v2"))
    let picture = mesh.picture()
    #expect(picture.services[0].rules.map(\.ratio.n) == [1, 3])
    #expect(picture.clients[0].profile == "envoy" && picture.clients[0].variant == "delta")
    #expect(picture.clients[0].source == "ALS" && picture.clients[0].calls == 4)
    #expect(picture.calls.rows.map(\.rule) == [2, 2, 2, 1])
    #expect(picture.calls.rows.map(\.revision) == [1, 1, 1, 1])
  }

  @Test("an Envoy's load reports don't count beside its entries")
  func envoyOnce() throws {
    var mesh = try envoyMesh()
    mesh.load("envoy-1", ["v1": 5])
    #expect(mesh.picture().clients[0].calls == 0)
    #expect(mesh.picture().clients[0].source == "none")
    mesh.advance(milliseconds: 100)
    mesh.stream(.accessLog, of: "envoy-1", isOpen: true)
    for _ in 0..<5 {
      var record = entry(mesh)
      record.time = Timestamp(microseconds: mesh.now.wall.microseconds - 300_000)
      mesh.report(record)
    }
    for _ in 0..<4 {
      mesh.advance(milliseconds: 1_000)
      mesh.load("envoy-1", ["v1": 2])
      mesh.report(entry(mesh))
      mesh.report(entry(mesh))
    }
    #expect(mesh.picture().clients[0].calls == 13)
    #expect(!mesh.picture().events.contains { $0.severity == .warning })
  }

  @Test("an Envoy without an access log is counted by load reports after five seconds, and back")
  func fallback() throws {
    var mesh = try envoyMesh()
    for _ in 0..<8 {
      mesh.load("envoy-1", ["v1": 10])
      mesh.advance(milliseconds: 1_000)
    }
    var picture = mesh.picture()
    #expect(picture.clients[0].source == "LRS" && picture.clients[0].calls == 80)
    #expect(picture.events.contains { $0.text.contains("no access log for 5 s") })
    // Those that were put by are of no known rule.
    #expect(picture.services[0].unattributed == [SubsetCalls(subset: "v1", calls: 60)])
    #expect(picture.services[0].rules[0].ratio.n == 20)

    mesh.stream(.accessLog, of: "envoy-1", isOpen: true)
    // Two calls since the last report that nobody else tells of, and three that an entry does.
    mesh.advance(milliseconds: 500)
    for _ in 0..<3 { mesh.report(entry(mesh)) }
    mesh.load("envoy-1", ["v1": 5])
    for _ in 0..<3 {
      mesh.advance(milliseconds: 1_000)
      mesh.report(entry(mesh))
      mesh.load("envoy-1", ["v1": 1])
    }
    picture = mesh.picture()
    #expect(picture.clients[0].source == "ALS")
    #expect(picture.clients[0].calls == 80 + 5 + 3)
    #expect(picture.events.contains { $0.text.contains("counted by access log (ALS)") })
  }

  @Test("a call that an Envoy began before it had new routes counts by the old ones, or by none")
  func envoyChange() throws {
    var mesh = try envoyMesh()
    mesh.stream(.accessLog, of: "envoy-1", isOpen: true)
    mesh.report(entry(mesh))
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    mesh.receive("envoy-1", mesh.push)
    mesh.advance(milliseconds: 10)
    mesh.acknowledge("envoy-1", mesh.push)
    mesh.advance(milliseconds: 50)
    mesh.report(entry(mesh))
    // It ends long after, but began before.
    mesh.advance(milliseconds: 1_000)
    mesh.report(entry(mesh, latency: 1_500_000))
    #expect(mesh.ratio().n == 0)
    mesh.report(entry(mesh))
    #expect(mesh.ratio().n == 1)
    #expect(mesh.picture().calls.rows.map(\.revision) == [1, nil, 1, 2])
  }

  /// A line of dubbo-go's own log.
  private func line(_ mesh: Fixture, version: String, statusCode: Int = 0) -> CallRecord {
    CallRecord(
      time: mesh.now.wall,
      nodeID: Fixture.nodeID("dubbo-1"),
      authority: "",
      path: "",
      workloadVersion: version,
      statusCode: statusCode,
      source: .log
    )
  }

  @Test("lines of a followed log count by version, in the only rule that leads there")
  func logLines() throws {
    var mesh = try Fixture(Walkthrough.steps[2].rules)
    mesh.join("dubbo-1", as: .dubbo)
    mesh.advance(milliseconds: 2_000)
    for version in ["v1.0.0", "v1.0.0", "v2.0.0"] { mesh.report(line(mesh, version: version)) }
    mesh.report(line(mesh, version: "", statusCode: 2))
    let picture = mesh.picture()
    #expect(picture.clients[0].source == "log")
    #expect(picture.clients[0].calls == 4 && picture.clients[0].failed == 1)
    #expect(picture.services[0].rules.map(\.ratio.n) == [1, 2])
    #expect(picture.clients[0].clusters.map(\.calls) == [2, 1])
    #expect(picture.calls.rows.map(\.subset) == ["v1", "v1", "v2", ""])
    #expect(picture.calls.rows.map(\.rule) == [2, 2, 1, nil])
    #expect(picture.services[0].latencyP50 == nil)
  }

  @Test("lines tell the first effect only where no rule led to what answered")
  func logEffect() throws {
    var mesh = try Fixture(Walkthrough.steps[1].rules)
    mesh.join("dubbo-1", as: .dubbo)
    mesh.advance(milliseconds: 2_000)
    mesh.report(line(mesh, version: "v1.0.0"))
    try mesh.apply(.replaceRules(Walkthrough.start, title: "90/10"))
    mesh.receive("dubbo-1", mesh.push)
    mesh.acknowledge("dubbo-1", mesh.push)
    mesh.advance(milliseconds: 600)
    mesh.report(line(mesh, version: "v1.0.0"))
    #expect(mesh.picture().clocks.keyToFirstEffect == nil)
    mesh.report(line(mesh, version: "v2.0.0"))
    #expect(mesh.picture().clocks.keyToFirstEffect == 600_000)
  }

  @Test("lines beside an access log are neither counted nor shown")
  func logBesideEntries() throws {
    var mesh = try Fixture()
    mesh.join("dubbo-1")
    mesh.advance(milliseconds: 2_000)
    mesh.stream(.accessLog, of: "dubbo-1", isOpen: true)
    try mesh.call("dubbo-1", times: 2)
    mesh.report(line(mesh, version: "v1.0.0"))
    #expect(mesh.picture().clients[0].calls == 2)
    #expect(mesh.picture().calls.rows.count == 2)
  }

  @Test("what a profile can't do stands at its clients and at the rule, while one is connected")
  func notes() throws {
    var rules = Walkthrough.start
    let binary = HeaderMatch(name: "token-bin", match: .exact("x"))
    rules.virtualServices[0].http.insert(
      HTTPRoute(
        matches: [HTTPMatch(headers: [binary])],
        destinations: rules.virtualServices[0].http[0].destinations
      ),
      at: 0
    )
    var mesh = try Fixture(rules)
    #expect(mesh.picture().services[0].rules[0].notes.isEmpty)
    mesh.join("client-1")
    let picture = mesh.picture()
    #expect(picture.services[0].rules[0].notes.map(\.clients) == [1])
    #expect(picture.clients[0].notes.first?.hasPrefix("rule 1: not on this client") == true)
    mesh.send("client-1", .disconnected(reason: ""))
    #expect(mesh.picture().services[0].rules[0].notes.isEmpty)
  }

  @Test("whole books from a file are one revision, and refused ones leave the old rules")
  func wholeBooks() throws {
    var mesh = try Fixture(MeshRules(), inventory: MeshInventory())
    #expect(mesh.picture().services.isEmpty)
    mesh.state.setInventory(Fixture.inventory, now: mesh.now)
    #expect(try take(Walkthrough.start, into: &mesh) == 2)
    mesh.publish()
    #expect(mesh.push == 3)
    #expect(mesh.picture().services.map(\.port) == [Walkthrough.port])
    var bad = Walkthrough.start
    bad.virtualServices[0].http[0].destinations[0].weight = .zero
    bad.virtualServices[0].http[0].destinations[1].weight = .zero
    #expect(throws: EngineError.self) { try take(bad, into: &mesh) }
    #expect(mesh.state.book.newest.rules == Walkthrough.start)
    #expect(mesh.picture().events.last?.severity == .error)
    #expect(try take(Walkthrough.start, into: &mesh) == 2)
    #expect(mesh.state.takePush() == nil)
  }

  @discardableResult
  private func take(
    _ rules: MeshRules,
    since old: MeshRules? = nil,
    into mesh: inout Fixture
  ) throws -> UInt64 {
    try mesh.state.setRules(rules, since: old, title: "mesh.yaml", author: "files", now: mesh.now)
  }

  @Test("a file that changes another service leaves an edit alone; one that changes the same tells")
  func mergedBooks() throws {
    var mesh = try Fixture()
    let old = Walkthrough.start
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    let edited = mesh.state.book.newest.rules
    var new = old
    new.destinationRules.append(
      DestinationRule(name: ResourceName(name: "other"), host: "other", subsets: [])
    )
    try take(new, since: old, into: &mesh)
    #expect(mesh.state.book.newest.rules.virtualServices == edited.virtualServices)
    #expect(mesh.state.book.newest.rules.destinationRules.count == 2)
    var newer = new
    newer.virtualServices[0].http[0].destinations[0].weight = .zero
    try take(newer, since: new, into: &mesh)
    #expect(mesh.state.book.newest.rules == newer)
    let told = mesh.picture().events.suffix(3).contains { $0.severity == .warning }
    #expect(told)
  }
}
