import MeshModel
import Testing

@Suite("Rules that delegate")
struct DelegationTests {
  private static let leafName = ResourceName(namespace: "shop", name: "leaf")

  private static func rules(
    root: [HTTPRoute],
    leaf: [HTTPRoute],
    leafHosts: [String] = []
  ) -> MeshRules {
    MeshRules(virtualServices: [
      VirtualService(name: ResourceName(name: "root"), hosts: ["shop"], http: root),
      VirtualService(name: leafName, hosts: leafHosts, http: leaf),
    ])
  }

  private static func delegating(_ match: String, name: String? = nil) throws -> HTTPRoute {
    HTTPRoute(name: name, matches: try HTTPMatch.parse(match), delegate: leafName)
  }

  private static func sending(_ match: String, to subset: String) throws -> HTTPRoute {
    HTTPRoute(
      matches: try HTTPMatch.parse(match),
      destinations: [RouteDestination(host: "shop", subset: subset, weight: .one)]
    )
  }

  @Test("are replaced by the delegate's, with where each comes from")
  func replaced() throws {
    let rules = Self.rules(
      root: [
        try Self.sending("user=root", to: "v0"), try Self.delegating("uri^=/a"),
        try Self.sending("", to: "v9"),
      ],
      leaf: [try Self.sending("uri^=/a/b", to: "v1"), try Self.sending("", to: "v2")]
    )
    let effective = try #require(rules.effectiveVirtualServicesWithOrigins.first)
    #expect(rules.effectiveVirtualServices.map(\.name.name) == ["root"])
    #expect(
      effective.service.http.map(\.summary) == [
        "user=root to v0", "uri^=/a/b to v1", "uri^=/a to v2", "any request to v9",
      ]
    )
    #expect(effective.origins.map(\.rule) == [0, 1, 1, 2])
    #expect(effective.origins.map { $0.delegate?.index } == [nil, 0, 1, nil])
    #expect(effective.origins[1].delegate?.virtualService == Self.leafName)
  }

  @Test(
    "narrow the delegate's matches",
    arguments: [
      ("uri^=/a", "uri=/a/b user=x", "uri=/a/b user=x"),
      ("uri^=/a user=x", "uri^=/a/b", "uri^=/a/b user=x"),
      ("uri=/a", "uri=/a", "uri=/a"),
      ("user^=ad", "user=admin", "user=admin"),
      ("user", "user=admin", "user=admin"),
      ("user", "user", "user"),
      ("!debug", "user=x", "user=x !debug"),
      ("!debug=1", "!debug=1", "!debug=1"),
      ("port=80 namespace=a source:x=1", "source:y=2", "port=80 source:x=1 source:y=2 namespace=a"),
      ("?page", "?q=1", "?q=1 ?page"),
      ("method=POST scheme=http", "authority=a", "method=POST scheme=http authority=a"),
      ("user=a | user=b", "x=1", "x=1 user=a | x=1 user=b"),
      ("user=a | user=b", "user=b | user=a", "user=b | user=a"),
      ("", "user=a", "user=a"), ("user=a", "", "user=a"), ("", "", "any request"),
      ("user~=a.*", "x=1", "x=1 user~=a.*"),
    ]
  )
  func narrowed(root: String, leaf: String, merged: String) throws {
    let rules = Self.rules(
      root: [try Self.delegating(root)],
      leaf: [try Self.sending(leaf, to: "v1")]
    )
    let http = try #require(rules.effectiveVirtualServices.first?.http)
    #expect(http.map { HTTPMatch.text(of: $0.matches) } == [merged])
  }

  @Test(
    "leave out what contradicts them",
    arguments: [
      ("uri=/a", "uri^=/a"), ("uri^=/a/b", "uri^=/a"), ("uri^=/a", "uri=/b"),
      ("uri~=/a.*", "uri=/a"), ("uri^=/a", "uri~=/a.*"), ("user=a", "user"), ("user=a", "user=b"),
      ("port=80", "port=81"), ("namespace=a", "namespace=b"), ("source:a=1", "source:a=2"),
      ("uri^=/a", "uri^=/a ignore-uri-case"), ("user=a", "user=a | user=b"), ("?q=1", "?q=2"),
    ]
  )
  func contradictions(root: String, leaf: String) throws {
    let rules = Self.rules(
      root: [try Self.delegating(root)],
      leaf: [try Self.sending(leaf, to: "v1")]
    )
    #expect(rules.effectiveVirtualServices.first?.http.isEmpty == true)
  }

  @Test("leave their settings to rules that have none of their own")
  func settings() throws {
    var root = try Self.delegating("", name: "outer")
    root.timeout = .seconds(1)
    root.retries = HTTPRetry(attempts: 2)
    root.headers.request.set = [HeaderField("x", "root")]
    var leaf = try Self.sending("", to: "v1")
    (leaf.name, leaf.timeout) = ("inner", .seconds(2))
    let rules = Self.rules(root: [root], leaf: [leaf])
    let merged = try #require(rules.effectiveVirtualServices.first?.http.first)
    #expect(merged.name == "outer-inner")
    #expect(merged.timeout == .seconds(2) && merged.retries == root.retries)
    #expect(merged.headers == root.headers && merged.delegate == nil)
  }

  @Test("disappear where there is no such delegate, it has hosts, or delegates itself")
  func missing() throws {
    let root = [try Self.delegating(""), try Self.sending("", to: "v9")]
    let leaf = [try Self.sending("", to: "v1")]
    let own = Self.rules(root: root, leaf: leaf, leafHosts: ["leaf"])
    #expect(own.effectiveVirtualServices.map(\.http.count) == [1, 1])
    let again = Self.rules(root: root, leaf: [try Self.delegating("")])
    #expect(again.effectiveVirtualServices.map(\.http.count) == [1])
    let gone = MeshRules(virtualServices: [own.virtualServices[0]])
    #expect(gone.effectiveVirtualServices.map(\.http.count) == [1])
  }
}
