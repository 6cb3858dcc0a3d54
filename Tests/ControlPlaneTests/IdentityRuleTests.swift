import GRPCCore
import Testing
import XDSCore

@testable import ControlPlane

@Suite("Who may speak for which node", .timeLimit(.minutes(1)))
struct IdentityRuleTests {
  @Test(
    "globs",
    arguments: [
      ("", "", true), ("", "a", false), ("*", "", true), ("*", "abc", true), ("a*c", "abbc", true),
      ("a*c", "abbd", false), ("?", "é", true), ("?", "", false), ("a?c", "abc", true),
      ("*a*b*", "xaxbx", true), ("*a*b*", "xbxax", false), ("abc", "abcd", false),
      ("**", "abc", true), ("sidecar~*~web-*", "sidecar~10.0.0.1~web-1.default~x", true),
    ]
  )
  func globs(pattern: String, text: String, fits: Bool) {
    #expect(Glob(pattern).matches(text) == fits)
  }

  @Test("take no longer than the product of the lengths")
  func endless() {
    let pattern = String(repeating: "a*", count: 100) + "b"
    #expect(!Glob(pattern).matches(String(repeating: "a", count: 1_000)))
  }

  @Test("rules are read from IDENTITY=NODE, and say what is wrong with them")
  func parsing() throws {
    let rule = try IdentityRule(parsing: "spiffe://mesh/web=*~web-*")
    #expect(rule == IdentityRule(identityGlob: "spiffe://mesh/web", nodeIDGlob: "*~web-*"))
    #expect(rule.description == "spiffe://mesh/web=*~web-*")
    for text in ["", "=", "a", "a=", "=b"] {
      let error = #expect(throws: ControlPlaneError.self) { try IdentityRule(parsing: text) }
      #expect(error?.code == .badIdentityRule)
      #expect(error?.message.contains("want IDENTITY=NODE_ID") == true)
    }
  }

  @Test("end the stream of a client that claims to be another's node, and say so")
  func refusal() throws {
    let bench = HubBench(
      identities: [IdentityRule(identityGlob: "web", nodeIDGlob: "node-2")]
    )
    bench.publish()
    let stranger = try bench.open(identities: ["web"])
    bench.subscribe(stranger, .listener, [Walkthrough.listener])
    let connection = FakeConnection()
    let end = StreamEnd.notAllowed(nodeID: "node-1", identities: ["web"])
    #expect(throws: end) { try bench.write(stranger, to: connection) }
    #expect(end.code == .permissionDenied)
    #expect(connection.sent.all.isEmpty)
    bench.hub.close(stranger, end)
    #expect(bench.events.all.isEmpty)
    #expect(bench.notices.all.map(\.text) == ["refused: \(end.reason); see --tls-identity"])

    let friend = try bench.open(identities: ["web"])
    bench.subscribe(friend, .listener, [Walkthrough.listener])
    try bench.write(friend, to: connection)
    #expect(connection.sent.all.count == 1)
  }
}
