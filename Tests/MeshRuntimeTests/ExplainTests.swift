import MeshModel
import MeshPicture
import MeshRuntime
import Testing
import TrafficEngine
import XDSCore

@Suite("Explaining a call")
struct ExplainTests {
  /// Rule 1 takes `user: admin`, rule 2 the rest at 90 to 10.
  private static let rules = Walkthrough.steps[2].rules
  private static let admin = HeaderField(name: "user", value: "admin")

  private func request(
    _ authority: String = "dubbo-go-server:20000",
    headers: [HeaderField] = [],
    client: String? = nil,
    profile: String? = nil
  ) -> ExplainRequest {
    ExplainRequest(
      authority: authority,
      path: Fixture.path,
      headers: headers,
      client: client,
      profile: profile
    )
  }

  @Test(
    "finds the rule, the split and the endpoints by any name of the host",
    arguments: [
      "dubbo-go-server", "dubbo-go-server:20000", "DUBBO-go-server.default:20000",
      "dubbo-go-server.default.svc", Fixture.authority,
    ]
  )
  func names(authority: String) async throws {
    let engine = try OperationsTests.engine(Self.rules)
    let answer = try await engine.explain(request(authority, headers: [Self.admin]))
    #expect(answer.service == Walkthrough.host && answer.port == Walkthrough.port)
    #expect(answer.rule == 1 && answer.outcome == .routed && answer.skipped.isEmpty)
    #expect(answer.shares.map(\.subset) == ["v2"])
    #expect(answer.shares[0].endpoints.map(\.address) == ["127.0.0.1:20002"])
    #expect(answer.shares[0].endpoints.map(\.workload) == ["dubbo-go-server-v2-1"])
  }

  @Test("says why rules before did not take it, and which resources say so")
  func skipped() async throws {
    let engine = try OperationsTests.engine(Self.rules)
    let answer = try await engine.explain(request())
    #expect(answer.rule == 2 && answer.skipped.map(\.rule) == [1])
    #expect(answer.skipped.map(\.reason) == [.header("user", .exact("admin"), found: nil)])
    #expect(answer.shares.map(\.share).reduce(0, +) == 1)
    #expect(answer.resources.map(\.type).prefix(2) == ["LDS", "RDS"])
    #expect(answer.resources.allSatisfy { $0.version == "b1-1" })
    #expect(answer.lines.allSatisfy { $0.count <= 100 })
    #expect(answer.lines.contains { $0.hasPrefix("  rule 1  no   header user is absent") })
    #expect(answer.lines.contains { $0.hasPrefix("  rule 2  yes  takes it (route rule-2)") })
  }

  @Test("agrees with what the route table of clients decides, on every profile")
  func agrees() async throws {
    let engine = try OperationsTests.engine(Self.rules)
    for profile in NodeProfile.allCases {
      for headers in [[], [Self.admin], [HeaderField(name: "user", value: "bob")]] {
        let answer = try await engine.explain(
          request(headers: headers, profile: profile.rawValue)
        )
        #expect(answer.profile == profile.rawValue)
        #expect(answer.rule == (headers == [Self.admin] ? 1 : 2), "\(profile) \(headers)")
      }
    }
  }

  @Test(
    "says what is wrong with a host that the mesh doesn't have",
    arguments: [
      ("dubo-go-server", "did you mean dubbo-go-server?"),
      ("zzz", "it has dubbo-go-server.default.svc.cluster.local"),
      ("dubbo-go-server:1", "no such port; it has 20000"),
    ]
  )
  func unknown(authority: String, words: String) async throws {
    let engine = try OperationsTests.engine(Self.rules)
    let answer = try await engine.explain(request(authority))
    guard case .fails(let reason) = answer.outcome else { throw Unexpected() }
    #expect(reason.contains(words), "\(reason)")
    #expect(answer.service == nil && answer.lines.contains { $0.hasPrefix("  fails: ") })
  }

  @Test("tells of workloads that get no calls, and that none is left")
  func noEndpoint() async throws {
    let engine = try OperationsTests.engine(Self.rules)
    var inventory = Fixture.inventory
    inventory.workloads[1].health = .unhealthy
    engine.setInventory(inventory)
    let answer = try await engine.explain(request(headers: [Self.admin]))
    guard case .fails = answer.outcome else { throw Unexpected() }
    #expect(answer.shares[0].endpoints.map(\.health) == [.unhealthy])
  }

  @Test("says what a client does otherwise that still has older rules, or refused the newest")
  func client() async throws {
    let engine = try OperationsTests.engine(Self.rules)
    func send(_ kind: ClientEvent.Kind) {
      let event = ClientEvent(
        time: .zero,
        stream: StreamID(1),
        nodeID: Fixture.nodeID("client-1"),
        kind: kind
      )
      engine.record(event)
    }
    send(.connected(Node(id: Fixture.nodeID("client-1")), .grpc, .stateOfTheWorld, peer: ""))
    for type in ResourceType.allCases {
      send(.subscribed(type, names: 1))
      send(.sent(type, revision: 1))
      send(.acked(type, revision: 1))
    }
    var answer = try await engine.explain(request(client: "client-1"))
    #expect(answer.client?.revision == 1 && answer.client?.differences == [])
    #expect(answer.client?.nodeID == Fixture.nodeID("client-1"))

    let edit = RuleEdit.deleteRule(Fixture.rule(0))
    _ = try engine.change(RuleChange(.edit(edit)))
    send(.sent(.routeConfiguration, revision: 2))
    send(.nacked(.routeConfiguration, revision: 2, reason: "I will not"))
    answer = try await engine.explain(
      request(headers: [Self.admin], client: Fixture.nodeID("client-1"))
    )
    #expect(answer.revision == 2 && answer.rule == 1 && answer.client?.revision == 1)
    let wanted = "client-1 still has revision 1: there rule 1 takes it, v2 100 %"
    #expect(answer.client?.differences == [wanted])
    #expect(answer.client?.nackMessage == "I will not")

    var old = request(headers: [Self.admin])
    old.revision = 1
    #expect(try await engine.explain(old).shares.map(\.subset) == ["v2"])
    old.revision = 99
    await #expect(throws: EngineError.self) { try await engine.explain(old) }
    await #expect(throws: EngineError.self) {
      try await engine.explain(request(client: "client-7"))
    }
  }

  @Test("finds a method by its bare name, and shortens what thousands of rules would say")
  func thousands() async throws {
    var rules = Self.rules
    let rest = rules.virtualServices[0].http[1]
    rules.virtualServices[0].http =
      (0..<2_000).map { number in
        var rule = rest
        rule.matches = [
          HTTPMatch(headers: [HeaderMatch(name: "n", match: .exact("\(number)"))])
        ]
        return rule
      } + [rest]
    let engine = try OperationsTests.engine(rules)
    var request = request()
    request.path = "SayHello"
    let answer = try await engine.explain(request)
    #expect(answer.request.path == "/SayHello" && answer.rule == 2_001)
    #expect(answer.skipped.first?.rule == 1 && answer.skipped.last?.rule == 2_000)
    #expect(answer.skipped.count == 400)
    #expect(answer.lines.contains("  ...     no   and 1,992 more"))
  }
}
