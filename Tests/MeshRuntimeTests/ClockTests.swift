import MeshModel
import MeshPicture
import MeshRuntime
import Testing
import XDSCore

@Suite("The clocks")
struct ClockTests {
  private static let admin = [HeaderField(name: "user", value: "admin")]

  @Test("run from the key to the push, the first ACK and all ACKs")
  func pushAndACKs() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    mesh.join("client-2")
    mesh.advance(milliseconds: 1_000)
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    #expect(mesh.picture().clocks == ClocksPicture(revision: 2))

    mesh.advance(milliseconds: 3)
    for client in ["client-1", "client-2"] {
      mesh.send(client, .sent(.routeConfiguration, revision: 2))
      // The other types are as they were.
      for type in [ResourceType.cluster, .endpoints, .listener] {
        mesh.send(client, .acked(type, revision: 2))
      }
    }
    #expect(mesh.picture().clocks.keyToPushed == 3_000)
    #expect(mesh.picture().clocks.keyToFirstACK == nil)

    mesh.advance(milliseconds: 4)
    mesh.send("client-2", .acked(.routeConfiguration, revision: 2))
    #expect(mesh.picture().clocks.keyToFirstACK == 7_000)
    #expect(mesh.picture().clocks.keyToAllACKs == nil)

    mesh.advance(milliseconds: 30)
    mesh.send("client-1", .acked(.routeConfiguration, revision: 2))
    let picture = mesh.picture()
    #expect(picture.clocks.keyToFirstACK == 7_000)
    #expect(picture.clocks.keyToAllACKs == 37_000)
    #expect(picture.clients.map(\.ackMicroseconds) == [37_000, 7_000])
    let last = picture.events.last?.text
    #expect(last == "rev 2 in force on 2 of 2 clients after 37 ms")
  }

  @Test("have the push no later than the ACK, whichever is told first, or if no push is needed")
  func pushBeforeACK() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    for isPushTold in [true, false] {
      mesh.advance(milliseconds: 1_000)
      try mesh.apply(.shiftWeight(Fixture.rule(0), destination: 1, amount: 10))
      mesh.advance(milliseconds: 3)
      mesh.acknowledge("client-1", mesh.push)
      mesh.advance(milliseconds: 3)
      if isPushTold { mesh.receive("client-1", mesh.push) }
      let clocks = mesh.picture().clocks
      #expect(clocks.keyToPushed == 3_000)
      #expect(clocks.keyToFirstACK == 3_000 && clocks.keyToAllACKs == 3_000)
    }
  }

  @Test("do not wait for a client that is gone")
  func straggler() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    mesh.join("client-2")
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    mesh.advance(milliseconds: 10)
    mesh.acknowledge("client-1", 2)
    mesh.advance(milliseconds: 10)
    #expect(mesh.picture().clocks.keyToAllACKs == nil)
    mesh.send("client-2", .disconnected(reason: "killed"))
    #expect(mesh.picture().clocks.keyToAllACKs == 20_000)
  }

  @Test("measure a client that comes later from its connect")
  func lateClient() throws {
    var mesh = try Fixture()
    mesh.advance(milliseconds: 60_000)
    mesh.connect("client-1")
    mesh.advance(milliseconds: 12)
    mesh.receive("client-1", 1)
    mesh.acknowledge("client-1", 1)
    #expect(mesh.picture().clients[0].ackMicroseconds == 12_000)
  }

  @Test("stop at the first response that only the new rules could give")
  func firstEffect() throws {
    var mesh = try Fixture(Walkthrough.steps[1].rules)
    mesh.join("client-1")
    #expect(!mesh.picture().clocks.canShowEffect, "nothing was there before")
    let old = mesh.push
    try mesh.apply(.replaceRules(Walkthrough.steps[3].rules, title: "90/10"))
    #expect(mesh.picture().clocks.canShowEffect)
    mesh.advance(milliseconds: 20)
    try mesh.call("client-1", times: 20, by: old)
    #expect(mesh.picture().clocks.keyToFirstEffect == nil)
    mesh.advance(milliseconds: 20)
    // Not before a v2 answers, which v1 responses under the new rules don't show.
    var record = try mesh.decide("client-1")
    (record.endpoint, record.workloadVersion) = ("127.0.0.1:20001", "v1.0.0")
    mesh.report(record)
    #expect(mesh.picture().clocks.keyToFirstEffect == nil)
    mesh.advance(milliseconds: 10)
    (record.endpoint, record.workloadVersion) = ("127.0.0.1:20002", "v2.0.0")
    mesh.report(record)
    #expect(mesh.picture().clocks.keyToFirstEffect == 50_000)
    mesh.advance(milliseconds: 10)
    mesh.report(record)
    #expect(mesh.picture().clocks.keyToFirstEffect == 50_000)
    let text = "first response only rev 2 could give: 50 ms, from dubbo-go-server-v2-1"
    #expect(mesh.picture().events.filter { $0.text == text }.count == 1)
  }

  @Test("tell the calls of a new match from those that it leaves alone")
  func effectOfMatch() throws {
    var mesh = try Fixture(Walkthrough.steps[1].rules)
    mesh.join("client-1")
    try mesh.apply(.replaceRules(Walkthrough.steps[2].rules, title: "admin to v2"))
    #expect(mesh.picture().clocks.canShowEffect)
    mesh.advance(milliseconds: 5)
    try mesh.call("client-1", times: 20)
    #expect(mesh.picture().clocks.keyToFirstEffect == nil)
    try mesh.call("client-1", headers: Self.admin)
    #expect(mesh.picture().clocks.keyToFirstEffect == 5_000)
  }

  @Test("know what a header rule on top does to the calls that clients make, whatever is below it")
  func effectOnKnownPath() throws {
    func rule(_ match: HTTPMatch?, _ subset: String) -> HTTPRoute {
      let host = Walkthrough.host.description
      return HTTPRoute(
        matches: match.map { [$0] } ?? [],
        destinations: [RouteDestination(host: host, subset: subset, weight: .hundred)]
      )
    }
    let admin = HTTPMatch(headers: [HeaderMatch(name: "user", match: .exact("admin"))])
    var rules = Walkthrough.steps[1].rules
    // What is not a greeting goes to v2 before and after; only a call on the path shows a change.
    rules.virtualServices[0].http = [
      rule(HTTPMatch(uri: .regex("/api[.].*")), "v1"), rule(nil, "v2"), rule(admin, "v2"),
    ]
    for isKnown in [true, false] {
      var mesh = try Fixture(rules)
      mesh.join("client-1")
      if isKnown { try mesh.call("client-1", headers: Self.admin) }
      try mesh.apply(.moveRule(Fixture.rule(2), to: 0))
      #expect(mesh.picture().clocks.canShowEffect == isKnown)
      mesh.advance(milliseconds: 7)
      // And if it wasn't known before, the call itself shows it.
      try mesh.call("client-1", headers: Self.admin)
      #expect(mesh.picture().clocks.keyToFirstEffect == 7_000)
      #expect(mesh.picture().clocks.canShowEffect)
    }
  }

  @Test("know of headers that clients no longer report what they always were")
  func unreportedHeaders() throws {
    var mesh = try Fixture(Walkthrough.steps[2].rules)
    for client in ["admin", "plain"] { mesh.join(client) }
    try mesh.call("admin", headers: Self.admin, times: 5)
    try mesh.call("plain", times: 5)
    let even = [Weight.zero, .hundred]
    var rules = Walkthrough.start
    for index in 0..<2 { rules.virtualServices[0].http[0].destinations[index].weight = even[index] }
    try mesh.apply(.replaceRules(rules, title: "all to v2"))
    #expect(mesh.picture().clocks.canShowEffect)
    // The admin's calls went to v2 before, though their reports say nothing of it now.
    try mesh.call("admin", headers: Self.admin, times: 5)
    // Of a client never seen before nobody knows.
    try mesh.call("new", times: 5)
    #expect(mesh.picture().clocks.keyToFirstEffect == nil)
    try mesh.call("plain")
    #expect(mesh.picture().clocks.keyToFirstEffect != nil)
  }

  @Test("know that shifting weight between destinations in use can show no effect")
  func noEffectPossible() throws {
    var mesh = try Fixture()
    mesh.join("client-1")
    try mesh.apply(.evenWeights(Fixture.rule(0)))
    #expect(!mesh.picture().clocks.canShowEffect)
    try mesh.call("client-1", times: 50)
    #expect(mesh.picture().clocks.keyToFirstEffect == nil)
    try mesh.apply(.setWeights(Fixture.rule(0), Fixture.weights(0, 100)))
    #expect(!mesh.picture().clocks.canShowEffect)
    try mesh.apply(.setWeights(Fixture.rule(0), Fixture.weights(1, 99)))
    #expect(mesh.picture().clocks.canShowEffect)
  }
}
