import MeshModel
import TestSupport
import Testing
import TrafficEngine
import XDSCore

@Suite("Route tables")
struct RouteTableTests {
  static let authority = "greeter.default:20000"
  static let path = "/api.Greeter/SayHello"

  /// A table whose routes are named `r0`, `r1` and so on, and send to clusters `c0`, `c1`.
  static func table(_ matches: [RouteMatch]) -> RouteTable {
    let routes = matches.enumerated().map { index, match in
      Route(name: "r\(index)", match: match, action: .cluster("c\(index)"))
    }
    return table(routes)
  }

  static func table(_ routes: [Route], _ semantics: RouteSemantics = .grpc) -> RouteTable {
    RouteTable(
      RouteConfiguration(
        name: "routes",
        virtualHosts: [VirtualHost(name: "greeter", domains: ["*"], routes: routes)]
      ),
      authority: authority,
      semantics: semantics
    )
  }

  static func decide(
    _ table: RouteTable,
    path: String = path,
    _ headers: [(String, String)] = [],
    seed: UInt64 = 1
  ) -> RouteDecision {
    var dice = SplitMix64(seed: seed)
    let fields = HeaderFields(headers.map { HeaderField(name: $0.0, value: $0.1) })
    return table.decide(path: path, headers: fields, using: &dice)
  }

  // MARK: Virtual hosts

  @Test(
    "take the virtual host whose domain fits best",
    arguments: [
      (["*", "a.b:1", "*.b:1", "a.*"], "a.b:1", "a.b:1"),
      (["*", "*.b:1", "a.*"], "a.b:1", "*.b:1"),
      (["*", "a.*"], "a.b:1", "a.*"),
      (["*"], "a.b:1", "*"),
      (["*.c", "*.b.c"], "a.b.c", "*.b.c"),
      (["a.*", "a.b.*"], "a.b.c", "a.b.*"),
      (["A.B:1"], "a.b:1", "A.B:1"),
      (["a.b:1"], "A.b:1", "a.b:1"),
      (["*.B"], "a.b", "*.B"),
      (["*-b.c"], "a-b.c", "*-b.c"),
      (["*-b.c", "*"], "-b.c", "*"),
      (["a.b"], "a.b:1", nil),
      (["a.b:1"], "a.b", nil),
      (["*.b"], ".b", nil),
      (["a.*"], "a.", nil),
      (["*a*", "a.*.c", "", "**"], "a.b.c", nil),
      ([], "a", nil),
    ] as [([String], String, String?)]
  )
  func domains(domains: [String], authority: String, expected: String?) {
    let configuration = RouteConfiguration(
      name: "routes",
      virtualHosts: domains.map { VirtualHost(name: $0, domains: [$0], routes: []) }
    )
    let table = RouteTable(configuration, authority: authority)
    #expect(table.virtualHostName == expected)
    #expect(Self.decide(table) == (expected == nil ? .noVirtualHost : .noRoute))
    let reversed = RouteConfiguration(
      name: "routes",
      virtualHosts: configuration.virtualHosts.reversed()
    )
    #expect(RouteTable(reversed, authority: authority).virtualHostName == expected)
  }

  @Test("take the first of equal domains, and any domain of a host")
  func equalDomains() {
    let hosts = [
      VirtualHost(name: "first", domains: ["x", "*.b"], routes: []),
      VirtualHost(name: "second", domains: ["*.b", "y"], routes: []),
    ]
    let configuration = RouteConfiguration(name: "routes", virtualHosts: hosts)
    #expect(RouteTable(configuration, authority: "a.b").virtualHostName == "first")
    #expect(RouteTable(configuration, authority: "y").virtualHostName == "second")
  }

  // MARK: Paths

  @Test(
    "match the path",
    arguments: [
      (.prefix(""), true, "/a", true), (.prefix("/"), true, "/a", true),
      (.prefix("/a"), true, "/ab", true),
      (.prefix("/a"), true, "/b", false), (.prefix("/A"), true, "/ab", false),
      (.prefix("/A"), false, "/ab", true), (.prefix("/ab"), false, "/A", false),
      (.exact("/a"), true, "/a", true), (.exact("/a"), true, "/ab", false),
      (.exact("/A"), true, "/a", false),
      (.exact("/A"), false, "/a", true), (.exact("/a"), false, "/AB", false),
      (.exact(""), true, "/a", false),
      (.exact("/é"), true, "/e\u{301}", false), (.regex("/a.*"), true, "/ab", true),
      (.regex("/a"), true, "/ab", false), (.regex("/A"), false, "/a", false),
      (.regex("("), true, "/a", false),
    ] as [(RouteMatch.Path, Bool, String, Bool)]
  )
  func paths(path: RouteMatch.Path, caseSensitive: Bool, text: String, matches: Bool) {
    let table = Self.table([RouteMatch(path: path, caseSensitive: caseSensitive)])
    #expect((Self.decide(table, path: text) != .noRoute) == matches)
  }

  // MARK: Headers

  static let headerRows: [(HeaderMatcher, [(String, String)], Bool)] = [
    (.init(name: "user", condition: .exact("admin")), [("user", "admin")], true),
    (.init(name: "user", condition: .exact("admin")), [("user", "Admin")], false),
    (.init(name: "user", condition: .exact("admin")), [], false),
    (
      .init(name: "user", condition: .exact("a,b")),
      [
        ("user", "a"), ("x", "1"),
        ("user", "b"),
      ], true
    ),
    (.init(name: "user", condition: .exact("é")), [("user", "e\u{301}")], false),
    (.init(name: "user", condition: .exact("")), [("user", "")], true),
    (.init(name: "user", condition: .prefix("ad")), [("user", "admin")], true),
    (.init(name: "user", condition: .prefix("ad")), [("user", "a")], false),
    (.init(name: "user", condition: .suffix("in")), [("user", "admin")], true),
    (.init(name: "user", condition: .suffix("in")), [("user", "n")], false),
    (.init(name: "user", condition: .contains("dmi")), [("user", "admin")], true),
    (.init(name: "user", condition: .contains("dmi")), [("user", "amin")], false),
    (.init(name: "user", condition: .contains("in")), [("user", "admin")], true),
    (.init(name: "user", condition: .contains("")), [("user", "")], true),
    (.init(name: "user", condition: .contains("long")), [("user", "lon")], false),
    (.init(name: "user", condition: .regex("a.*n")), [("user", "admin")], true),
    (.init(name: "user", condition: .regex("dmi")), [("user", "admin")], false),
    (.init(name: "user", condition: .range(1, 10)), [("user", "1")], true),
    (.init(name: "user", condition: .range(1, 10)), [("user", " +9 ")], true),
    (.init(name: "user", condition: .range(1, 10)), [("user", "10")], false),
    (.init(name: "user", condition: .range(-5, 0)), [("user", "-5")], true),
    (.init(name: "user", condition: .range(1, 10)), [("user", "5x")], false),
    (.init(name: "user", condition: .range(1, 10)), [("user", "")], false),
    (.init(name: "user", condition: .range(1, 10)), [("user", "5.0")], false),
    (.init(name: "user", condition: .range(0, .max)), [("user", "9223372036854775808")], false),
    (.init(name: "user", condition: .present(true)), [("user", "")], true),
    (.init(name: "user", condition: .present(true)), [("x", "")], false),
    (.init(name: "user", condition: .present(false)), [], true),
    (.init(name: "user", condition: .present(false)), [("user", "a")], false),
    (.init(name: "user", condition: .present(true), invert: true), [], true),
    (.init(name: "user", condition: .present(true), invert: true), [("user", "a")], false),
    (.init(name: "user", condition: .present(false), invert: true), [("user", "a")], true),
    (.init(name: "user", condition: .present(false), invert: true), [], false),
    (.init(name: "user", condition: .exact("a"), invert: true), [("user", "b")], true),
    (.init(name: "user", condition: .exact("a"), invert: true), [("user", "a")], false),
    (.init(name: "user", condition: .exact("a"), invert: true), [], false),
    (.init(name: "user", condition: .range(1, 2), invert: true), [("user", "x")], true),
    (.init(name: "user", condition: .regex("("), invert: true), [("user", "x")], false),
    (.init(name: "x-bin", condition: .exact("a")), [("x-bin", "a")], false),
    (.init(name: "x-bin", condition: .present(true)), [("x-bin", "a")], false),
    (.init(name: "x-bin", condition: .exact("a"), invert: true), [("x-bin", "b")], false),
    (.init(name: ":method", condition: .exact("POST")), [(":method", "POST")], false),
    (.init(name: "User", condition: .exact("a")), [("user", "a"), ("User", "a")], false),
    (.init(name: "content-type", condition: .exact("application/grpc")), [], true),
    (.init(name: "content-type", condition: .prefix("text")), [("content-type", "text")], false),
  ]

  @Test("match headers as proxyless gRPC does", arguments: headerRows.indices)
  func headers(index: Int) {
    let (matcher, headers, matches) = Self.headerRows[index]
    let table = Self.table([RouteMatch(headers: [matcher])])
    #expect((Self.decide(table, headers) != .noRoute) == matches, "\(matcher) on \(headers)")
  }

  // MARK: Decisions

  @Test("take the first route whose conditions all hold")
  func order() {
    let user = HeaderMatcher(name: "user", condition: .exact("admin"))
    let debug = HeaderMatcher(name: "debug", condition: .present(true))
    let table = Self.table([
      RouteMatch(headers: [user, debug]), RouteMatch(path: .prefix("/other"), headers: [user]),
      RouteMatch(headers: [user]), RouteMatch(),
    ])
    let picked = Self.decide(table, [("user", "admin")])
    let expected = RoutePick(routeIndex: 2, routeName: "r2", clusterIndex: 2, cluster: "c2")
    #expect(picked == .cluster(expected))
    #expect(table.clusters == ["c0", "c1", "c2", "c3"])
  }

  @Test("name each cluster once, and none that gets nothing")
  func clusters() {
    let weighted = [("b", 1), ("a", 2), ("zero", 0)].map {
      WeightedCluster(name: $0.0, weight: UInt32($0.1))
    }
    let table = Self.table([
      Route(name: "x", match: RouteMatch(path: .exact("/x")), action: .cluster("a")),
      Route(name: "y", match: RouteMatch(path: .exact("/y")), action: .unsupported("redirect")),
      Route(name: "z", match: RouteMatch(), action: .weightedClusters(weighted)),
    ])
    #expect(table.clusters == ["a", "b"])
    for seed in 0..<50 {
      guard case .cluster(let pick) = Self.decide(table, seed: UInt64(seed)) else {
        Issue.record("no pick")
        continue
      }
      #expect(table.clusters[pick.clusterIndex] == pick.cluster)
      #expect(pick.routeName == "z")
    }
  }

  @Test("fail calls whose route can't be performed")
  func unsupported() {
    let zero = [WeightedCluster(name: "a", weight: 0)]
    let table = Self.table([
      Route(name: "x", match: RouteMatch(path: .exact("/x")), action: .unsupported("a redirect")),
      Route(name: "y", match: RouteMatch(path: .exact("/y")), action: .weightedClusters(zero)),
    ])
    let unsupported = RouteDecision.unsupported(routeName: "x", reason: "a redirect")
    #expect(Self.decide(table, path: "/x") == unsupported)
    guard case .unsupported("y", let reason) = Self.decide(table, path: "/y") else {
      Issue.record("weights of 0 were accepted")
      return
    }
    #expect(reason.contains("want"))
  }

  @Test("tell what a client has to refuse")
  func defects() {
    let weights = { (weights: [UInt32]) in
      RouteAction.weightedClusters(weights.map { WeightedCluster(name: "c", weight: $0) })
    }
    let bad = HeaderMatcher(name: "user", condition: .regex("a**"))
    let routes = [
      Route(name: "good", match: RouteMatch(path: .regex("/a.*")), action: weights([1, .max - 1])),
      Route(name: "path", match: RouteMatch(path: .regex("(")), action: .cluster("c")),
      Route(name: "header", match: RouteMatch(headers: [bad]), action: .cluster("c")),
      Route(name: "zero", match: RouteMatch(), action: weights([0])),
      Route(name: "sum", match: RouteMatch(), action: weights([.max, 1])),
    ]
    let hosts = [VirtualHost(name: "greeter", domains: ["*"], routes: routes)]
    let defects = RouteTable.defects(of: RouteConfiguration(name: "routes", virtualHosts: hosts))
    #expect(defects.count == 4)
    for (defect, name) in zip(defects, ["path", "header", "zero", "sum"]) {
      #expect(defect.hasPrefix("virtual host greeter, route \(name): "))
      #expect(defect.contains("want"))
    }
  }
}
