import Testing

@testable import XDSCore

@Suite("profile rules")
struct ProfileRulesTests {
  struct Case: Sendable {
    let name: String
    let node: Node
    var first: ResourceType? = .cluster
    var byName = false
    let want: NodeProfile
  }

  static let dubbo = Node(
    id: "sidecar~10.0.0.5~c-1.default~default.svc.cluster.local",
    userAgentName: "gRPC Go",
    userAgentVersion: "1.45.0"
  )

  static let cases = [
    Case(name: "gRPC in a pod", node: Node(id: "x", metadata: ["GENERATOR": "grpc"]), want: .grpc),
    Case(name: "gRPC C-core", node: Node(id: "x", userAgentName: "gRPC C-core linux"), want: .grpc),
    Case(name: "dubbo's label", node: Node(id: "x", labels: ["DUBBO_GO": ""]), want: .dubbo),
    Case(name: "dubbo's fork", node: dubbo, want: .dubbo),
    Case(name: "gRPC Go 1.45", node: dubbo, first: .listener, byName: true, want: .grpc),
    Case(name: "Envoy", node: Node(id: "x", userAgentName: "envoy"), want: .envoy),
    Case(name: "unknown, all clusters", node: Node(id: "x"), want: .envoy),
    Case(name: "unknown, all listeners", node: Node(id: "x"), first: .listener, want: .envoy),
    Case(
      name: "unknown, a listener",
      node: Node(id: "x"),
      first: .listener,
      byName: true,
      want: .grpc
    ),
    Case(name: "unknown, other type", node: Node(id: "x"), first: nil, want: .grpc),
  ]

  @Test("a client is known by what it says and asks for first", arguments: cases)
  func detection(_ test: Case) {
    let profile = ProfileRules().profile(
      of: test.node,
      firstType: test.first,
      asksByName: test.byName
    )
    #expect(profile == test.want, "\(test.name)")
  }

  @Test("the operator's first rule that fits decides")
  func overrides() throws {
    let rules = ProfileRules(
      overrides: [try .init(parsing: "*~client-*=dubbo"), try .init(parsing: "*=envoy")]
    )
    func profile(_ id: String) -> NodeProfile {
      let node = Node(id: id, metadata: ["GENERATOR": "grpc"])
      return rules.profile(of: node, firstType: .listener, asksByName: true)
    }
    #expect(profile("sidecar~1~client-2~d") == .dubbo)
    #expect(profile("other") == .envoy)
  }

  @Test(
    "what is no rule is told so",
    arguments: [
      ("x", "profile rule is \"x\"; want NODE_ID_GLOB=PROFILE, such as *client*=dubbo"),
      ("=envoy", "profile rule is \"=envoy\"; want NODE_ID_GLOB=PROFILE, such as *client*=dubbo"),
      ("x=y", "profile of \"x=y\" is \"y\"; want one of grpc, envoy, dubbo"),
    ]
  )
  func parseErrors(_ text: String, _ message: String) {
    #expect(throws: ProfileRules.Override.ParseError(description: message)) {
      try ProfileRules.Override(parsing: text)
    }
  }

  @Test("a node ID may hold equal signs")
  func equalSigns() throws {
    let rule = try ProfileRules.Override(parsing: "a=b=envoy")
    #expect(rule == .init(nodeIDGlob: "a=b", profile: .envoy))
  }
}
