import GRPCCore
import Testing
import XDSCore

@testable import ControlPlane

@Suite("Who may speak for which node", .timeLimit(.minutes(1)))
struct IdentityRuleTests {
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
