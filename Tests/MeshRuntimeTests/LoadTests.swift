import MeshModel
import MeshPicture
import Testing
import XDSCore

@Suite("Load reports")
struct LoadTests {
  /// A gRPC client that has had its routes for a while.
  private func mesh(_ rules: MeshRules = Walkthrough.start) throws -> Fixture {
    var mesh = try Fixture(rules)
    mesh.join("client-1")
    mesh.stream(.loadReport, of: "client-1", isOpen: true)
    mesh.advance(milliseconds: 1_000)
    // The first tells of a time in which the routes came.
    mesh.load("client-1", [:])
    mesh.advance(milliseconds: 1_000)
    return mesh
  }

  @Test("count in the only rule that leads to their clusters, by subset")
  func counted() throws {
    var mesh = try mesh()
    mesh.load("client-1", ["v1": 91, "v2": 9])
    let picture = mesh.picture()
    let ratio = picture.services[0].rules[0].ratio
    #expect(ratio.rows.map(\.label) == ["v1", "v2"])
    #expect(ratio.rows.map(\.count) == [91, 9])
    #expect(ratio.n == 100 && ratio.bySubset == 100)
    #expect(picture.services[0].unattributed.isEmpty)
    #expect(picture.clients[0].calls == 100)
    #expect(picture.clients[0].source == "LRS")
    #expect(picture.clients[0].clusters.map(\.calls) == [91, 9])
    #expect(picture.endpoints.map(\.calls) == [91, 9])
  }

  @Test("that are the first of a stream count in totals, in no ratio, no drift and no rate")
  func backlog() throws {
    var mesh = try mesh()
    for _ in 0..<3 {
      mesh.load("client-1", ["v1": 90, "v2": 10])
      mesh.advance(milliseconds: 1_000)
    }
    // Another process with the node ID comes again: all that it did under other rules.
    let backlog = LoadReport.ClusterLoad(
      cluster: Fixture.cluster("v2"),
      issued: 9_000,
      succeeded: 8_000,
      failed: 1_000
    )
    mesh.load("client-1", [backlog], isFirst: true)
    mesh.load("client-1", ["v1": 90, "v2": 10])
    let picture = mesh.picture()
    let service = picture.services[0]
    #expect(service.rules[0].ratio.rows.map(\.count) == [360, 40])
    #expect(service.rules[0].ratio.failed == 0 && service.rules[0].ratio.verdict != .drift)
    #expect(service.unattributed == [SubsetCalls(subset: "v2", calls: 8_000)])
    #expect(service.callsPerSecond < 200 && picture.clients[0].callsPerSecond < 200)
    #expect(picture.clients[0].calls == 9_400 && picture.clients[0].failed == 1_000)
    #expect(picture.endpoints.map(\.calls) == [360, 9_040])
    #expect(picture.endpoints.allSatisfy { $0.callsPerSecond < 200 })
  }

  @Test("give failed calls to the rule, not to its ratio")
  func failed() throws {
    var mesh = try mesh()
    let load = LoadReport.ClusterLoad(
      cluster: Fixture.cluster("v1"),
      issued: 10,
      succeeded: 7,
      failed: 3
    )
    mesh.load("client-1", [load])
    let ratio = mesh.ratio()
    #expect(ratio.n == 7 && ratio.failed == 3)
    #expect(mesh.picture().clients[0].failed == 3)
  }

  @Test("of rules that share a cluster are no rule's, and shown as such")
  func ambiguous() throws {
    var rules = Walkthrough.start
    rules.virtualServices[0].http.insert(
      Walkthrough.steps[2].rules.virtualServices[0].http[0],
      at: 0
    )
    var mesh = try mesh(rules)
    mesh.load("client-1", ["v1": 40, "v2": 30])
    let service = mesh.picture().services[0]
    // v1 is the second rule's alone; but without its part of v2 it would look like drift.
    #expect(
      service.unattributed == [
        SubsetCalls(subset: "v1", calls: 40), SubsetCalls(subset: "v2", calls: 30),
      ]
    )
    #expect(service.betweenRevisions == 0)
    #expect(service.rules.map(\.ratio.n) == [0, 0])
    #expect(mesh.picture().clients[0].calls == 70)
  }

  @Test("of a second in which the routes changed count in no ratio")
  func change() throws {
    var mesh = try mesh()
    mesh.load("client-1", ["v1": 90, "v2": 10])
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    mesh.advance(milliseconds: 500)
    mesh.receive("client-1", mesh.push)
    mesh.load("client-1", ["v1": 45, "v2": 5])
    #expect(mesh.ratio().n == 0)
    mesh.advance(milliseconds: 500)
    mesh.acknowledge("client-1", mesh.push)
    mesh.advance(milliseconds: 500)
    mesh.load("client-1", ["v1": 30, "v2": 20], inProgress: 3)
    mesh.advance(milliseconds: 1_000)
    // Three of these began before.
    mesh.load("client-1", ["v1": 50, "v2": 50])
    #expect(mesh.ratio().n == 0)
    mesh.advance(milliseconds: 1_000)
    mesh.load("client-1", ["v1": 52, "v2": 48])
    #expect(mesh.ratio().rows.map(\.count) == [52, 48])
    let picture = mesh.picture()
    #expect(picture.services[0].betweenRevisions == 200)
    #expect(picture.clients[0].calls == 400)
  }

  @Test("of a rule with a call of before under way count in no ratio, whichever cluster it is of")
  func oneClusterUnderWay() throws {
    var mesh = try mesh()
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    mesh.receive("client-1", mesh.push)
    mesh.acknowledge("client-1", mesh.push)
    let busy = LoadReport.ClusterLoad(
      cluster: Fixture.cluster("v1"),
      issued: 51,
      succeeded: 50,
      inProgress: 1
    )
    let idle = LoadReport.ClusterLoad(cluster: Fixture.cluster("v2"), issued: 50, succeeded: 50)
    mesh.load("client-1", [busy, idle])
    for _ in 0..<2 {
      mesh.advance(milliseconds: 1_000)
      mesh.load("client-1", ["v1": 50, "v2": 50])
    }
    #expect(mesh.ratio().rows.map(\.count) == [50, 50])
    #expect(mesh.picture().services[0].betweenRevisions == 200)
  }

  @Test("go on where an edit leaves the rule alone")
  func otherRule() throws {
    var mesh = try mesh(Walkthrough.steps[2].rules)
    mesh.load("client-1", ["v1": 50])
    try mesh.apply(.setMatches(Fixture.rule(0), [HTTPMatch(uri: .prefix("/x"))]))
    mesh.receive("client-1", mesh.push)
    mesh.acknowledge("client-1", mesh.push)
    for _ in 0..<3 {
      mesh.advance(milliseconds: 1_000)
      mesh.load("client-1", ["v1": 10, "v2": 1])
    }
    #expect(mesh.ratio(0).n == 2)
  }

  @Test("of clusters that the mesh doesn't have count apart, with a word once for each")
  func strays() throws {
    var mesh = try mesh()
    for _ in 0..<3 {
      mesh.load(
        "client-1",
        ["xds-grpc", "outbound|9|v1|nowhere", "outbound|20000|v9|\(Walkthrough.host)", ""].map {
          LoadReport.ClusterLoad(cluster: $0, succeeded: 2)
        }
      )
      mesh.advance(milliseconds: 1_000)
    }
    let picture = mesh.picture()
    #expect(picture.clients[0].calls == 0 && picture.clients[0].strayCalls == 24)
    #expect(picture.events.count { $0.text.contains("unknown here") } == 4)
  }

  @Test("with absurd numbers, and thousands of clusters, do no harm")
  func absurd() throws {
    var mesh = try mesh()
    for number in 0..<200 {
      let load = LoadReport.ClusterLoad(
        cluster: Fixture.cluster("v1"),
        issued: .max,
        succeeded: .max,
        failed: .max,
        inProgress: .max,
        dropped: .max
      )
      mesh.load("client-1", [load])
      mesh.load("client-1", (0..<100).map { .init(cluster: "c\(number) \($0)", failed: .max) })
      mesh.stream(.accessLog, of: "client-1", isOpen: number % 2 == 0)
    }
    let picture = mesh.picture()
    #expect(picture.events.count { $0.text.contains("unknown here") } <= 64)
    #expect(picture.services[0].rules[0].ratio.n > 0)
  }

  @Test("find drift as single calls do, but only after the whole report")
  func drift() throws {
    var mesh = try mesh()
    // v1 first would look like drift until v2 is counted.
    for _ in 0..<50 {
      mesh.load("client-1", ["v1": 900, "v2": 100])
      mesh.advance(milliseconds: 1_000)
    }
    #expect(mesh.ratio().verdict == .ok)
    for _ in 0..<30 {
      mesh.load("client-1", ["v1": 500, "v2": 500])
      mesh.advance(milliseconds: 1_000)
    }
    #expect(mesh.ratio().verdict == .drift)
    #expect(mesh.picture().events.contains { $0.text.contains("drifts") })
  }

  @Test("show the first effect where a subset got no calls before, else say that none can be seen")
  func effect() throws {
    var mesh = try mesh(Walkthrough.steps[1].rules)
    mesh.load("client-1", ["v1": 10])
    try mesh.apply(.replaceRules(Walkthrough.start, title: "90/10"))
    mesh.receive("client-1", mesh.push)
    mesh.acknowledge("client-1", mesh.push)
    mesh.advance(milliseconds: 700)
    mesh.load("client-1", ["v1": 9])
    #expect(mesh.picture().clocks.keyToFirstEffect == nil)
    mesh.advance(milliseconds: 1_000)
    mesh.load("client-1", ["v1": 9, "v2": 1])
    #expect(mesh.picture().clocks.keyToFirstEffect == 1_700_000)
    #expect(mesh.picture().events.contains { $0.text.contains("first load report only rev 2") })
  }

  @Test("say that no effect can be seen where only single calls could show it")
  func hiddenEffect() throws {
    var mesh = try mesh(Walkthrough.steps[2].rules)
    mesh.load("client-1", ["v1": 10, "v2": 1])
    let root = HTTPMatch(headers: [HeaderMatch(name: "user", match: .exact("root"))])
    try mesh.apply(.setMatches(Fixture.rule(0), [root]))
    #expect(mesh.picture().clocks.canShowEffect)
    #expect(mesh.picture().clocks.isEffectHidden)
    mesh.join("client-2")
    mesh.stream(.accessLog, of: "client-2", isOpen: true)
    #expect(!mesh.picture().clocks.isEffectHidden)
  }

  @Test("go on for a client that comes again, and count without its stream")
  func restart() throws {
    var mesh = try mesh()
    mesh.load("client-1", ["v1": 9, "v2": 1])
    mesh.send("client-1", .disconnected(reason: "killed"))
    mesh.stream(.loadReport, of: "client-1", isOpen: false)
    mesh.advance(milliseconds: 1_000)
    mesh.stream(.loadReport, of: "client-1", isOpen: true)
    mesh.load("client-1", ["v1": 9, "v2": 1])
    mesh.join("client-1")
    mesh.advance(milliseconds: 1_000)
    mesh.load("client-1", ["v1": 9, "v2": 1])
    mesh.advance(milliseconds: 1_000)
    mesh.load("client-1", ["v1": 9, "v2": 1])
    let picture = mesh.picture()
    #expect(picture.clients.count == 1)
    #expect(picture.clients[0].calls == 40)
    #expect(picture.services[0].rules[0].ratio.n == 20)
  }
}
