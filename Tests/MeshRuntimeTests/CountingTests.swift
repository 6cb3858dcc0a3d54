import MeshModel
import MeshPicture
import MeshRuntime
import TestSupport
import Testing
import XDSCore

@Suite("Counting")
struct CountingTests {
  private static let admin = [HeaderField(name: "user", value: "admin")]

  @Test("follows the weights: 90/10, then 50/50, by seeded calls")
  func endToEnd() throws {
    var mesh = try Fixture(seed: 42)
    mesh.join("client-1")
    mesh.join("client-2")
    for _ in 0..<50 {
      mesh.advance(milliseconds: 100)
      try mesh.call("client-1", times: 20)
      try mesh.call("client-2", times: 20)
    }
    var ratio = mesh.ratio()
    #expect(ratio.n == 2_000)
    #expect(ratio.rows.map(\.label) == ["v1", "v2"])
    #expect(ratio.rows.map(\.want) == [0.9, 0.1])
    #expect(ratio.verdict == .ok)
    #expect(ratio.needed == 865)
    let v2 = try #require(ratio.rows.last)
    #expect(try #require(v2.low) < 0.1 && #require(v2.high) > 0.1)
    #expect(ratio.byClient.map(\.client) == ["client-1", "client-2"])
    #expect(ratio.byClient.map(\.n) == [1_000, 1_000])

    try mesh.apply(.evenWeights(Fixture.rule(0)))
    ratio = mesh.ratio()
    #expect(ratio.n == 0 && ratio.rows.map(\.want) == [0.5, 0.5])
    #expect(ratio.rows[1].got == nil && ratio.verdict == .few)

    for client in ["client-1", "client-2"] { mesh.acknowledge(client, mesh.push) }
    for _ in 0..<50 {
      mesh.advance(milliseconds: 100)
      try mesh.call("client-1", times: 50)
    }
    ratio = mesh.ratio()
    let after = try #require(ratio.rows.last)
    #expect(try #require(after.low) < 0.5 && #require(after.low) > 0.4)
    #expect(try #require(after.high) > 0.5 && #require(after.high) < 0.6)
    #expect(ratio.verdict == .ok)
  }

  @Test("never mixes calls of the old revision into the new ratio")
  func oldRevision() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    let old = mesh.push
    try mesh.apply(.setWeights(Fixture.rule(0), Fixture.weights(0, 100)))
    // The client has not the new rules yet: what it reports is of the old ones.
    try mesh.call("client-1", times: 500, by: old)
    #expect(mesh.ratio().n == 0)
    try mesh.call("client-1", times: 10)
    let ratio = mesh.ratio()
    #expect(ratio.n == 10)
    #expect(ratio.rows.map(\.count) == [0, 10])
    #expect(ratio.verdict != .drift)
    #expect(mesh.picture().calls.total == 510)
  }

  @Test("starts afresh when an undo brings the old content back")
  func undoStartsAfresh() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    let first = mesh.push
    try mesh.call("client-1", times: 100)
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    try mesh.call("client-1", times: 100)
    try mesh.undo()
    try mesh.call("client-1", times: 30, by: first)
    #expect(mesh.ratio().n == 0)
    try mesh.call("client-1", times: 30)
    #expect(mesh.ratio().n == 30)
  }

  @Test("keeps counting a rule that an edit of another leaves alone")
  func otherRules() throws {
    var mesh = try Fixture(Walkthrough.steps[2].rules)
    mesh.join("client-1")
    try mesh.call("client-1", headers: Self.admin, times: 40)
    try mesh.call("client-1", times: 60)
    let split = HTTPRoute(
      destinations: ["v1", "v2"].map {
        RouteDestination(host: Walkthrough.host.description, subset: $0, weight: .one)
      }
    )
    var rules = Walkthrough.steps[2].rules
    rules.virtualServices[0].http[1] = split
    try mesh.apply(.replaceRules(rules, title: "split the rest"))
    #expect(mesh.ratio(0).n == 40)
    #expect(mesh.ratio(1).n == 0)
    try mesh.call("client-1", headers: Self.admin, times: 2)
    #expect(mesh.ratio(0).n == 42)

    // A new match of the first rule changes what comes to the second.
    let match = HTTPMatch(headers: [HeaderMatch(name: "user", match: .exact("root"))])
    try mesh.call("client-1", times: 10)
    try mesh.apply(.setMatches(Fixture.rule(0), [match]))
    #expect(mesh.ratio(0).n == 0)
    #expect(mesh.ratio(1).n == 0)
  }

  @Test("goes on when only what runs changes")
  func inventoryChange() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try mesh.call("client-1", times: 100)
    var inventory = Fixture.inventory
    inventory.workloads[1].port = 20_099
    mesh.setInventory(inventory)
    #expect(mesh.push == 2)
    try mesh.call("client-1", times: 100)
    let picture = mesh.picture()
    #expect(picture.revision.number == 1)
    #expect(picture.services[0].rules[0].ratio.n == 200)
    // A late report of the workload that was there before still finds its destination.
    var late = try mesh.decide("client-1")
    (late.endpoint, late.workloadVersion) = ("127.0.0.1:20002", "")
    mesh.report(late)
    #expect(mesh.ratio().rows.count == 2)
    #expect(mesh.ratio().n == 201)
  }

  @Test("counts by the same routes afresh when a subset comes to mean other workloads")
  func subsetLabels() throws {
    var inventory = Fixture.inventory
    for index in 0..<2 { inventory.workloads[index].labels["tier"] = "web" }
    var mesh = try Fixture(inventory: inventory)
    mesh.join("client-1")
    try mesh.call("client-1", times: 100)
    var rules = Walkthrough.start
    rules.destinationRules[0].subsets[1].labels["tier"] = "web"
    try mesh.apply(.replaceRules(rules, title: "v2 is web"))
    #expect(mesh.ratio().n == 0)
    // The routes are as they were, and so is the config version of the calls.
    #expect(try mesh.decide("client-1").configVersion == "b1-1")
    try mesh.call("client-1", times: 20)
    #expect(mesh.ratio().n == 20)
  }

  @Test("goes on when edits cancel out before they are pushed")
  func cancelledEdits() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    for edit in [
      RuleEdit.evenWeights(Fixture.rule(0)),
      .setWeights(Fixture.rule(0), Fixture.weights(90, 10)),
    ] {
      try mesh.state.change(RuleChange(.edit(edit)), keyTime: .zero, now: mesh.now)
    }
    mesh.publish()
    #expect(mesh.push == 3)
    #expect(try mesh.decide("client-1").configVersion == "b1-1")
    try mesh.call("client-1", times: 20)
    #expect(mesh.ratio().n == 20)
    #expect(mesh.picture().revision.number == 3)
  }

  @Test("counts failed calls beside, not in, the ratio")
  func failures() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try mesh.call("client-1", times: 5)
    try mesh.call("client-1", times: 3, statusCode: 14)
    let picture = mesh.picture()
    let ratio = picture.services[0].rules[0].ratio
    #expect(ratio.n == 5 && ratio.failed == 3)
    #expect(picture.services[0].errorShare == 3.0 / 8)
    #expect(picture.clients[0].calls == 8 && picture.clients[0].failed == 3)
  }

  @Test("goes by what answered, not by what was picked")
  func whatAnswered() throws {
    var mesh = try Fixture(Walkthrough.steps[1].rules)
    mesh.join("client-1")
    try mesh.call("client-1", times: 50)
    #expect(mesh.ratio().verdict == .few && mesh.ratio().rows.map(\.count) == [50])
    var record = try mesh.decide("client-1")
    record.endpoint = "127.0.0.1:20002"
    record.workloadVersion = "v2.0.0"
    mesh.report(record)
    let ratio = mesh.ratio()
    #expect(ratio.rows.map(\.label) == ["v1", "v2.0.0"])
    #expect(ratio.rows.map(\.want) == [1, nil])
    #expect(ratio.rows.map(\.count) == [50, 1])
    #expect(ratio.eValue == .infinity && ratio.verdict == .drift)
  }

  @Test("calls drift when a destination of weight 0 answers")
  func weightZero() throws {
    var mesh = try Fixture()
    try mesh.apply(.setWeights(Fixture.rule(0), Fixture.weights(100, 0)))
    mesh.join("client-1")
    var record = try mesh.decide("client-1")
    (record.endpoint, record.workloadVersion) = ("127.0.0.1:20002", "v2.0.0")
    mesh.report(record)
    #expect(mesh.ratio().verdict == .drift)
    #expect(mesh.ratio().rows.map(\.want) == [1, 0])
  }

  @Test("calls drift when the responses are not split as configured")
  func drift() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    for call in 0..<200 {
      var record = try mesh.decide("client-1")
      let version = call.isMultiple(of: 2) ? "v1" : "v2"
      record.endpoint = "127.0.0.1:2000\(version.dropFirst())"
      record.workloadVersion = "\(version).0.0"
      mesh.report(record)
    }
    let ratio = mesh.ratio()
    #expect(ratio.verdict == .drift)
    #expect(try #require(ratio.eValue) > ratio.alarmAt)
  }

  @Test("leaves out calls of an earlier run of the engine, but logs them")
  func foreignBoot() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    var record = try mesh.decide("client-1")
    record.configVersion = "b0-1"
    mesh.report(record)
    let picture = mesh.picture()
    #expect(picture.services[0].rules[0].ratio.n == 0)
    #expect(picture.calls.rows.count == 1)
    #expect(picture.calls.rows[0].revision == nil && picture.calls.rows[0].rule == nil)
  }

  @Test("takes a call without a config version as of what its client acknowledged")
  func withoutVersion() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    var record = try mesh.decide("client-1")
    record.configVersion = ""
    func report() {
      record.time = mesh.now.wall
      mesh.report(record)
    }
    mesh.advance(milliseconds: 1_000)
    report()
    #expect(mesh.ratio().n == 1)
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    mesh.advance(milliseconds: 1_000)
    report()
    mesh.receive("client-1", mesh.push)
    // While nobody knows which routes it has, its calls count in no rule.
    report()
    mesh.acknowledge("client-1", mesh.push)
    report()
    #expect(mesh.ratio().n == 0)
    mesh.advance(milliseconds: 1_000)
    report()
    #expect(mesh.ratio().n == 1)
    #expect(mesh.picture().calls.rows.map(\.revision) == [1, 1, nil, nil, 2])
    // One whose client nobody knows counts nowhere.
    record.nodeID = "stranger"
    mesh.report(record)
    #expect(mesh.ratio().n == 1)
  }

  @Test("shows the step in the history when only weights changed")
  func history() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try mesh.apply(.setWeights(Fixture.rule(0), Fixture.weights(100, 0)))
    for _ in 0..<10 {
      mesh.advance(milliseconds: 1_000)
      try mesh.call("client-1", times: 5)
    }
    try mesh.apply(.setWeights(Fixture.rule(0), Fixture.weights(0, 100)))
    for _ in 0..<3 {
      mesh.advance(milliseconds: 1_000)
      try mesh.call("client-1", times: 5)
    }
    mesh.advance(milliseconds: 1_000)
    let history = mesh.ratio().history
    #expect(history.count == 60)
    let wanted: [Double?] = Array(repeating: 0, count: 9) + [nil, 1, 1, 1, nil]
    #expect(Array(history.suffix(14)) == wanted)
    #expect(history.prefix(46).allSatisfy { $0 == nil })
  }

  @Test("resolves overlapping subsets by the cluster that was picked")
  func overlap() throws {
    var rules = Walkthrough.start
    rules.destinationRules[0].subsets.append(Subset(name: "all", labels: [:]))
    rules.virtualServices[0].http[0].destinations[1].subset = "all"
    var mesh = try Fixture(rules)
    mesh.join("client-1")
    var record = try mesh.decide("client-1")
    (record.endpoint, record.workloadVersion) = ("127.0.0.1:20001", "v1.0.0")
    for subset in ["v1", "all", "all"] {
      record.cluster = "outbound|20000|\(subset)|\(Walkthrough.host)"
      mesh.report(record)
    }
    #expect(mesh.ratio().rows.map(\.count) == [1, 2])
  }

  @Test("counts each rule of the walkthrough's steps", arguments: 0..<4)
  func walkthrough(step: Int) throws {
    var mesh = try Fixture(Walkthrough.steps[step].rules, seed: 9)
    mesh.join("client-1")
    mesh.join("client-2")
    try mesh.call("client-1", headers: Self.admin, times: 200)
    try mesh.call("client-2", times: 200)
    let service = mesh.picture().services[0]
    let counts = service.rules.map { $0.ratio.rows.map(\.count) }
    let wants = service.rules.map { $0.ratio.rows.map(\.want) }
    switch step {
    case 0:
      #expect(service.virtualService == nil)
      #expect(wants == [[nil, nil]])
      #expect(counts[0].reduce(0, +) == 400 && counts[0].allSatisfy { $0 > 100 })
      #expect(service.rules[0].ratio.eValue == nil && service.rules[0].ratio.verdict == .ok)
    case 1:
      #expect(wants == [[1]] && counts == [[400]])
    case 2:
      #expect(wants == [[1], [1]] && counts == [[200], [200]])
    default:
      #expect(wants == [[0.9, 0.1]] && counts[0].reduce(0, +) == 400)
      #expect(service.rules[0].ratio.verdict == .few)
    }
    #expect(service.subsets.map(\.ready) == [1, 1])
    #expect(service.latencyP50.map { $0 > 980 && $0 < 1_020 } == true)
  }
}
