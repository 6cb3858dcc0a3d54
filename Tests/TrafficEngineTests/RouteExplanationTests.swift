import MeshModel
import Testing
import TrafficEngine
import XDSCore

@Suite("Explanations of routes")
struct RouteExplanationTests {
  @Test("tell the first condition that each route before the match has and the call doesn't meet")
  func reasons() {
    let user = HeaderMatcher(name: "user", condition: .exact("admin"))
    let noDebug = HeaderMatcher(name: "debug", condition: .present(true), invert: true)
    let notBeta = HeaderMatcher(name: "tag", condition: .prefix("b"), invert: true)
    let table = RouteTableTests.table([
      RouteMatch(path: .exact("/A"), caseSensitive: false, headers: [user]),
      RouteMatch(path: .regex("/b.*"), caseSensitive: false),
      RouteMatch(path: .prefix("/api."), headers: [user]),
      RouteMatch(headers: [noDebug]),
      RouteMatch(headers: [notBeta]),
      RouteMatch(queryParameters: [QueryParameterMatcher(name: "q", condition: .present)]),
      RouteMatch(fractionPerMillion: 10_000),
      RouteMatch(),
      RouteMatch(),
    ])
    let fields = [("user", "guest"), ("user", "x"), ("debug", ""), ("tag", "beta")]
    let headers = HeaderFields(fields.map { HeaderField(name: $0.0, value: $0.1) })
    let explanation = table.explain(path: RouteTableTests.path, headers: headers)
    #expect(
      explanation.skipped.map(\.failure) == [
        .path(.exact("/A"), ignoresCase: true),
        .path(.regex("/b.*"), ignoresCase: false),
        .header("user", .exact("admin"), found: "guest,x"),
        .header("debug", .absent, found: ""),
        .header("tag", .not(.prefix("b")), found: "beta"),
        .notOnClient("gRPC clients leave out routes that look at query parameters"),
        .fraction(10_000),
      ]
    )
    #expect(explanation.skipped.map(\.routeName) == (0..<7).map { "r\($0)" })
    #expect(explanation.match?.routeIndex == 7)
    #expect(explanation.virtualHostName == "greeter")
  }

  @Test("tell the shares of a weighted action, and that other actions have none")
  func shares() {
    let weights = [("a", 30), ("zero", 0), ("b", 10)].map {
      WeightedCluster(name: $0.0, weight: UInt32($0.1))
    }
    let redirect = HTTPRedirect(authority: "elsewhere")
    let table = RouteTableTests.table(
      [
        Route(
          name: "gone",
          match: RouteMatch(path: .exact("/gone")),
          action: .redirect(redirect)
        ),
        Route(name: "split", match: RouteMatch(), action: .weightedClusters(weights)),
      ],
      .envoy
    )
    let split = table.explain(path: "/", headers: HeaderFields([])).match?.shares
    #expect(split?.map(\.cluster) == ["a", "b"])
    #expect(split?.map(\.share) == [0.75, 0.25])
    let gone = table.explain(path: "/gone", headers: HeaderFields([])).match
    #expect(gone?.route.action == .redirect(redirect))
    #expect(gone?.shares.isEmpty == true)
  }

  @Test("say that no virtual host takes the authority")
  func noHost() {
    let configuration = RouteConfiguration(name: "routes", virtualHosts: [])
    let table = RouteTable(configuration, authority: "a")
    let explanation = table.explain(path: "/", headers: HeaderFields([]))
    #expect(explanation.virtualHostName == nil)
    #expect(explanation.skipped.isEmpty)
    #expect(explanation.match == nil)
  }

  // MARK: Envoy

  /// Each was tried with Envoy 1.40.
  static let envoyRows: [(RouteMatch, String, [(String, String)], Bool)] =
    headerRows + pathRows + queryRows

  private static func header(
    _ condition: HeaderMatcher.Condition,
    _ name: String = "x",
    invert: Bool = false,
    missing: Bool = false
  ) -> RouteMatch {
    let matcher = HeaderMatcher(
      name: name,
      condition: condition,
      invert: invert,
      takesMissingForEmpty: missing
    )
    return RouteMatch(headers: [matcher])
  }

  private static let headerRows: [(RouteMatch, String, [(String, String)], Bool)] = [
    (header(.present(true), missing: true), "/", [], true),
    (header(.present(true), invert: true, missing: true), "/", [], false),
    (header(.present(false), missing: true), "/", [], false),
    (header(.present(false), invert: true, missing: true), "/", [], true),
    (header(.present(false), invert: true), "/", [("x", "")], true),
    (header(.present(true), invert: true), "/", [], true),
    (header(.exact("a"), invert: true, missing: true), "/", [], true),
    (header(.exact("a"), invert: true), "/", [], false),
    (header(.regex("a*"), missing: true), "/", [], true),
    (header(.regex("a*"), invert: true, missing: true), "/", [], false),
    (header(.range(1, 5)), "/", [("x", "+4")], true),
    (header(.range(1, 5), invert: true, missing: true), "/", [], true),
    (header(.range(1, 5), invert: true), "/", [("x", "")], true),
    (header(.exact("a"), "X"), "/", [("x", "a")], true),
    (header(.exact("a")), "/", [("x", "a"), ("x", "b")], true),
    (header(.exact("b")), "/", [("x", "a"), ("x", "b")], true),
    (header(.exact("a,b")), "/", [("x", "a"), ("x", "b")], false),
    (header(.exact("a"), invert: true), "/", [("x", "a"), ("x", "b")], false),
    (header(.exact("c"), invert: true), "/", [("x", "a"), ("x", "b")], true),
    (header(.exact("a,b"), "user-agent"), "/", [("user-agent", "a"), ("user-agent", "b")], true),
    (header(.exact("a"), "user-agent"), "/", [("user-agent", "a"), ("user-agent", "b")], false),
    (header(.exact("h"), "host"), "/", [], true),
    (header(.exact("h"), ":authority"), "/", [], true),
    (header(.exact("POST"), ":method"), "/", [], true),
    (header(.exact("http"), ":scheme"), "/", [], true),
    (header(.exact("/a?b"), ":path"), "/a?b", [], true),
    (header(.exact("a"), "x-bin"), "/", [("x-bin", "a")], true),
    (header(.exact("application/grpc"), "content-type"), "/", [], true),
  ]

  private static let pathRows: [(RouteMatch, String, [(String, String)], Bool)] = [
    (RouteMatch(path: .prefix("/a?b")), "/a?bc", [], false),
    (RouteMatch(path: .prefix("/a")), "/a?bc", [], true),
    (RouteMatch(path: .exact("/a")), "/a?bc", [], true),
    (RouteMatch(path: .exact("/a")), "/a/", [], false),
    (RouteMatch(path: .regex("/a")), "/a?bc", [], true),
    (RouteMatch(path: .regex("/a"), caseSensitive: false), "/A", [], false),
    (RouteMatch(path: .prefix("/Ab"), caseSensitive: false), "/aBc", [], true),
    (RouteMatch(path: .exact("/Ab"), caseSensitive: false), "/aB?x", [], true),
    (RouteMatch(path: .exact("/Ab"), caseSensitive: false), "/aBc", [], false),
  ]

  private static func query(_ condition: QueryParameterMatcher.Condition) -> RouteMatch {
    RouteMatch(queryParameters: [QueryParameterMatcher(name: "q", condition: condition)])
  }

  private static let queryRows: [(RouteMatch, String, [(String, String)], Bool)] = [
    (query(.exact("a b")), "/?q=a%20b", [], false),
    (query(.exact("a b")), "/?q=a+b", [], false),
    (query(.exact("a%20b")), "/?q=a%20b", [], true),
    (query(.exact("1")), "/?q=1&q=2", [], true),
    (query(.exact("1")), "/?q=2&q=1", [], false),
    (query(.exact("1")), "/?Q=1", [], false),
    (query(.exact("1")), "/?%71=1", [], false),
    (query(.exact("1")), "/", [], false),
    (query(.prefix("a")), "/?b&q=ab", [], true),
    (query(.present), "/?q", [], true),
    (query(.present), "/?q=", [], true),
    (query(.present), "/?a&q", [], true),
    (query(.present), "/?a", [], false),
    (query(.present), "/?q?=1", [], false),
    (query(.regex(".*")), "/?q", [], true),
    (query(.regex("a.*")), "/?q=a=b", [], true),
  ]

  @Test("match as Envoy does", arguments: envoyRows.indices)
  func envoy(index: Int) {
    let (match, path, fields, matches) = Self.envoyRows[index]
    let route = Route(name: "r", match: match, action: .cluster("c"))
    let table = RouteTableTests.table([route], .envoy)
    let headers = HeaderFields.ofProxiedCall(
      fields.map { HeaderField(name: $0.0, value: $0.1) },
      authority: "h"
    )
    let explanation = table.explain(path: path, headers: headers)
    #expect((explanation.match != nil) == matches, "\(match) on \(path) \(fields)")
  }

  @Test("join a cookie header that HTTP/2 cut in pieces, as Envoy does")
  func cookies() {
    let rows: [([String], String?)] = [
      (["a=1", "b=2"], "a=1; b=2"), (["a=1", ""], "a=1; "), (["", "b=2"], "b=2"), ([""], nil),
    ]
    for (values, joined) in rows {
      let pieces = values.map { HeaderField(name: "cookie", value: $0) }
      let headers = HeaderFields.ofProxiedCall(pieces, authority: "h")
      #expect(headers.headerValue(named: "cookie") == joined, "\(values)")
    }
  }

  @Test("tell what a query parameter was")
  func queryFailure() {
    let route = Route(name: "r", match: Self.query(.exact("1")), action: .cluster("c"))
    let table = RouteTableTests.table([route], .envoy)
    let failure = table.explain(path: "/?q=2", headers: HeaderFields([])).skipped.first?.failure
    #expect(failure == .queryParameter("q", .exact("1"), found: "2"))
  }
}
