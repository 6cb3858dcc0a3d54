import MeshModel
import MeshPicture
import Testing
import Verbs

@Suite("wait")
struct WaitTests {
  private static func client(
    _ name: String,
    _ state: ClientPicture.State,
    acked: UInt64?,
    sent: UInt64 = 7
  ) -> ClientPicture {
    ClientPicture(
      name: name,
      nodeID: name,
      state: state,
      sentRevision: sent,
      ackedRevision: acked,
      nackMessage: state == .nacked ? "no such thing" : ""
    )
  }

  private static func picture(
    _ clients: [ClientPicture] = [client("a", .acked, acked: 7)],
    clocks: ClocksPicture = ClocksPicture(revision: 7)
  ) -> MeshPicture {
    MeshPicture(
      mesh: "local",
      time: .zero,
      revision: RevisionPicture(number: 7, time: .zero, title: "x"),
      clients: clients,
      clocks: clocks
    )
  }

  private func judge(
    _ condition: WaitRequest.Condition,
    _ picture: MeshPicture,
    revision: UInt64 = 7
  ) -> WaitJudge.Judgement {
    WaitJudge(WaitRequest(condition), revision: revision).judge(picture, picture.services)
  }

  @Test("ACK: every connected client has the revision, and one at least is connected")
  func acknowledged() {
    let both = [Self.client("a", .acked, acked: 7), Self.client("b", .waiting, acked: 6)]
    #expect(
      judge(.ack, Self.picture(both))
        == .notYet("1 of 2 clients have revision 7; b has revision 6 (waiting)")
    )
    let gone = [Self.client("a", .acked, acked: 7), Self.client("b", .disconnected, acked: 6)]
    #expect(judge(.ack, Self.picture(gone)) == .met("revision 7 is in force on 1 client"))
    #expect(judge(.ack, Self.picture([])) == .notYet("no xDS client is connected"))
    #expect(
      judge(.ack, Self.picture(), revision: 8)
        == .notYet("the engine shows revision 7, not 8 yet")
    )
  }

  @Test(
    "a client that refuses the revision ends every wait",
    arguments: WaitRequest.Condition.allCases
  )
  func refused(_ condition: WaitRequest.Condition) {
    let clients = [Self.client("a", .acked, acked: 7), Self.client("b", .nacked, acked: 6)]
    #expect(
      judge(condition, Self.picture(clients))
        == .failed(.refusedByClient, "b refused revision 7, it keeps revision 6: no such thing")
    )
    // What it refused before is another matter.
    let older = [Self.client("b", .nacked, acked: 5, sent: 6)]
    if case .failed(.refusedByClient, _) = judge(condition, Self.picture(older)) {
      Issue.record("an older refusal was taken for one of revision 7")
    }
  }

  @Test("effect: seen, not yet, never to be seen, or overtaken")
  func effect() {
    var clocks = ClocksPicture(revision: 7, canShowEffect: true)
    #expect(
      judge(.effect, Self.picture(clocks: clocks))
        == .notYet("no response came yet that only revision 7 could give")
    )
    clocks.keyToFirstEffect = 12_000
    #expect(
      judge(.effect, Self.picture(clocks: clocks)) == .met("revision 7 took effect after 12 ms")
    )
    let never = judge(.effect, Self.picture(clocks: ClocksPicture(revision: 7)))
    guard case .failed(.conditionFalse, _) = never else {
      Issue.record("\(never)")
      return
    }
    let late = judge(.effect, Self.picture(clocks: ClocksPicture(revision: 9)))
    #expect(
      late
        == .failed(
          .conditionFalse,
          "revision 9 came before an effect of revision 7 was seen"
        )
    )
  }

  private static func rule(
    _ counts: [UInt64],
    _ verdict: RatioPicture.Verdict = .ok
  ) -> RulePicture {
    let n = counts.reduce(0, +)
    let rows = zip(["v1", "v2"], zip([0.9, 0.1], counts)).map { label, row in
      RatioPicture.Row(
        label: label,
        want: row.0,
        count: row.1,
        got: n == 0 ? nil : Double(row.1) / Double(n)
      )
    }
    return RulePicture(
      route: HTTPRoute(),
      ratio: RatioPicture(n: n, rows: rows, verdict: verdict, eValue: 25)
    )
  }

  private static func observed(_ rules: RulePicture...) -> MeshPicture {
    var picture = picture()
    picture.services = [ServicePicture(host: HostName("a.b"), port: 80, rules: rules)]
    return picture
  }

  @Test("observed: enough calls, near enough, and no drift")
  func observed() {
    #expect(
      judge(.observed, Self.observed(Self.rule([700, 100], .few)))
        == .notYet("a.b rule 1: 800 of 865 calls needed")
    )
    #expect(
      judge(.observed, Self.observed(Self.rule([900, 100])))
        == .met("a.b rule 1: v1 want 90.0 got 90.0, v2 want 10.0 got 10.0, n=1000")
    )
    #expect(
      judge(.observed, Self.observed(Self.rule([870, 130])))
        == .notYet(
          "a.b rule 1: v1 want 90.0 got 87.0, v2 want 10.0 got 13.0, n=1000: not within 2.0 points"
        )
    )
    #expect(
      judge(.observed, Self.observed(Self.rule([500, 500], .drift)))
        == .failed(
          .conditionFalse,
          "a.b rule 1: drift: v1 want 90.0 got 50.0, v2 want 10.0 got 50.0, n=1000, "
            + "e-value 25.0 (alarm 20.0)"
        )
    )
  }

  @Test("observed: all rules count, unless one is chosen or none can reach it")
  func observedRules() {
    let quiet = Self.rule([0, 0], .few)
    let picture = Self.observed(Self.rule([900, 100]), quiet)
    #expect(
      judge(.observed, picture) == .notYet("a.b rule 2: 0 of 865 calls needed")
    )
    let only = WaitJudge(WaitRequest(.observed, rule: 1), revision: 7)
    guard case .met = only.judge(picture, picture.services) else {
      Issue.record("rule 1 alone is fine")
      return
    }
    var hidden = quiet
    hidden.findings = [Finding(.warning, .ruleUnreachable, "hidden")]
    let shadowed = Self.observed(Self.rule([900, 100]), hidden)
    guard case .met = judge(.observed, shadowed) else {
      Issue.record("a rule that no call can reach keeps nobody waiting")
      return
    }
  }

  @Test("gives up in time, with the last reason")
  func timeout() async throws {
    let said = Said()
    let engine = FakeEngine { $0.services = [ServicePicture(host: HostName("a.b"), port: 80)] }
    let verb = WaitVerb(WaitRequest(.ack, timeout: .milliseconds(80)), service: "a.b")
    #expect(try await verb.run(on: engine, said.output) == .timedOut)
    #expect(said.message.hasSuffix("no xDS client is connected"))
    #expect(said.data.isEmpty)
  }

  @Test("ends as soon as the condition holds")
  func met() async throws {
    let said = Said()
    let engine = FakeEngine { $0.services = [ServicePicture(host: HostName("a.b"), port: 80)] }
    async let status = WaitVerb(WaitRequest(.ack, timeout: .seconds(30)), service: "a.b")
      .run(on: engine, said.output)
    engine.show { $0.clients = [Self.client("a", .acked, acked: 1)] }
    #expect(try await status == .done)
    #expect(said.data == ["revision 1 is in force on 1 client"])
  }

  @Test("a service that isn't there is told at once")
  func unknown() async {
    let error = await #expect(throws: VerbError.self) {
      try await WaitVerb(WaitRequest(.ack), service: "nope").run(on: FakeEngine(), Said().output)
    }
    #expect(error?.status == .conditionFalse)
  }
}
