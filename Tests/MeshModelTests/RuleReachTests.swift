import MeshModel
import TestSupport
import Testing

@Suite("Rules that can never match")
struct RuleReachTests {
  /// The findings on rules with these matches, one-line forms in order.
  static func unreachable(_ rules: [String]) throws -> [Int: String] {
    let routes = try rules.map { text in
      HTTPRoute(
        matches: try HTTPMatch.parse(text),
        destinations: [
          RouteDestination(host: Walkthrough.host.description, subset: "v1", weight: .one)
        ]
      )
    }
    return unreachable(routes)
  }

  static func unreachable(_ routes: [HTTPRoute]) -> [Int: String] {
    var rules = Walkthrough.start
    rules.virtualServices[0].http = routes
    var messages: [Int: String] = [:]
    for finding in rules.findings(inventory: FindingsTests.inventory)
    where finding.code == .ruleUnreachable {
      messages[finding.rule ?? -1] = finding.message
    }
    return messages
  }

  @Test(
    "are hidden by an earlier rule that takes all of their calls",
    arguments: [
      ("any request", "user=admin"), ("any request", "any request"), ("uri^=/", "user=admin"),
      ("uri~=.*", "uri=/a"), ("method=POST", "any request"), ("method~=P.*T", "user"),
      ("user", "user=admin"), ("user", "user^=a"), ("user", "user~=a+"), ("user=a", "user=a"),
      ("user^=ad", "user=admin"), ("user^=ad", "user^=adm"), ("user~=ad.*", "user=admin"),
      ("user~=a+", "user~=a+"), ("user~=.*", "user=x"), ("user", "user=a other=b"),
      ("user=a | user=b", "user=b x=y"), ("uri^=/api", "uri=/api/x"),
      ("uri^=/api", "uri^=/api.Greeter/"),
      ("uri=/a", "uri=/a user"), ("uri~=/a.*", "uri=/ab"),
      ("uri^=/api ignore-uri-case", "uri=/API/x"),
      ("uri^=/api ignore-uri-case", "uri^=/aPi/x ignore-uri-case"),
      ("uri^=/1", "uri=/1a ignore-uri-case"),
      ("uri=/a ignore-uri-case", "uri=/A"), ("!user", "!user"), ("!user=a", "!user"),
      ("!user=ab", "!user^=a"), ("!user=a", "user=b"), ("!user^=a", "user=b"),
      ("!user~=a+", "user=b"),
      ("!user=b", "user^=a"), ("!user", "!user other=x"), ("user^=a", "user=ab !x"),
      ("authority^=a", "authority=ab"), ("scheme=http", "scheme=http user"), ("?q", "?q=1"),
      ("?q^=a", "?q=ab uri=/x"), ("port=80", "port=80 user"), ("namespace=a", "namespace=a user=x"),
      ("source:a=1", "source:a=1 source:b=2"), ("uri^=/a user", "uri=/ab user=x"),
      ("user=a gateway=mesh", "user=a"),
    ]
  )
  func hidden(first: String, second: String) throws {
    let found = try Self.unreachable([first, second])
    #expect(found[0] == nil)
    #expect(found[1]?.contains("rule 1 takes all of its calls first") == true, "\(found)")
  }

  @Test(
    "are not confused with those that a call may get to",
    arguments: [
      ("user=admin", "any request"), ("user=admin", "user=root"), ("user=admin", "user^=adm"),
      ("user^=adm", "user^=ad"), ("user~=a+", "user^=a"), ("user=a other=b", "user=a"),
      ("uri=/a", "uri=/b"), ("uri=/a", "uri^=/a"), ("uri=/a", "uri=/A"),
      ("uri=/a", "uri=/a ignore-uri-case"),
      ("uri^=/a", "uri=/ab ignore-uri-case"), ("uri~=/a", "uri=/a ignore-uri-case"),
      ("uri^=/api", "any request"),
      ("!user", "user"), ("!user", "any request"), ("!user=a", "any request"),
      ("!user=a", "user=a"),
      ("!user", "!user=a"), ("!user^=a", "!user=ab"), ("!user=a", "user^=a"), ("user", "!user"),
      ("user=a | user=b", "user=c"), ("user=é", "user=e\u{301}"), ("method=GET", "any request"),
      ("authority=a", "authority^=a"), ("scheme=http", "any request"), ("?q=1", "?q"),
      ("?Q", "?q"), ("port=80", "port=81"), ("port=80", "any request"),
      ("namespace=a", "namespace=b"), ("source:a=1", "source:a=2"), ("source:a=1", "any request"),
      ("gateway=edge", "any request"), ("any request", "gateway=edge"), ("?q", "q"),
    ]
  )
  func reachable(first: String, second: String) throws {
    #expect(try Self.unreachable([first, second])[1] == nil)
  }

  @Test("are named with every rule that hides them")
  func several() throws {
    let found = try Self.unreachable(["user=a", "user=b", "user=b x | user=a", "any request"])
    #expect(found.count == 1)
    #expect(found[2]?.contains("rules 1 and 2 take all of its calls first") == true, "\(found)")
  }

  @Test("are told with the names of those that hide them")
  func named() throws {
    var routes = try ["user=a", "user=a x"].map {
      HTTPRoute(
        matches: try HTTPMatch.parse($0),
        destinations: [RouteDestination(host: "dubbo-go-server", weight: .one)]
      )
    }
    routes[0].name = "canary"
    #expect(Self.unreachable(routes)[1]?.contains("rule 1 \"canary\" takes all") == true)
  }

  @Test(
    "contradict themselves",
    arguments: [
      "method=GET", "method^=G", "method~=PUT|GET", "uri=api", "uri^=api", "user=a user=b",
      "user=a user^=b", "user^=a user^=b", "user=a user~=b+", "user !user", "user=a !user^=a",
      "user~=x !user", "user=a user=b | method=GET", "?q=1 ?q=2",
    ]
  )
  func contradictions(text: String) throws {
    let found = try Self.unreachable([text, "any request"])
    #expect(found[0]?.contains("can never match") == true)
    #expect(found[1] == nil)
  }

  @Test("are never those that some call gets to", arguments: 0..<10)
  func sound(seed: Int) {
    var dice = SeededGenerator(seed: UInt64(seed))
    var hidden = 0
    for _ in 0..<60 {
      let routes = (0..<4).map { _ in RandomRule.route(using: &dice) }
      let found = Self.unreachable(routes)
      hidden += found.count
      for _ in 0..<150 {
        let call = RandomRule.Call(using: &dice)
        guard let index = routes.firstIndex(where: call.meets) else { continue }
        #expect(found[index] == nil, "\(routes.map(\.summary)) on \(call)")
      }
    }
    #expect(hidden > 10)
  }
}

/// Rules and calls over few values, so that they often meet.
enum RandomRule {
  static let values = ["a", "b", "ab", "abc"]
  static let patterns = ["a", "a.*", ".*", "[ab]+", "b|ab"]
  static let paths = ["/a", "/A", "/ab", "/b", "/1"]

  static func route(using dice: inout SeededGenerator) -> HTTPRoute {
    HTTPRoute(
      matches: (0..<Int.random(in: 1...2, using: &dice)).map { _ in match(using: &dice) },
      destinations: [RouteDestination(host: "greeter", weight: .one)]
    )
  }

  private static func match(using dice: inout SeededGenerator) -> HTTPMatch {
    var match = HTTPMatch()
    if Int.random(in: 0..<4, using: &dice) == 0 {
      let path = paths.randomElement(using: &dice) ?? "/"
      match.uri = [.exact(path), .prefix(path), .prefix("/"), .regex("/a.*")].randomElement(
        using: &dice
      )
      match.ignoreURICase = Bool.random(using: &dice)
    }
    if Int.random(in: 0..<8, using: &dice) == 0 {
      match.method = [.exact("POST"), .exact("GET"), .prefix("P")].randomElement(using: &dice)
    }
    for _ in 0..<Int.random(in: 0...2, using: &dice) { match.headers.append(header(using: &dice)) }
    for _ in 0..<Int.random(in: 0...1, using: &dice) {
      match.withoutHeaders.append(header(using: &dice))
    }
    if Int.random(in: 0..<4, using: &dice) == 0 { addRarer(to: &match, using: &dice) }
    return match
  }

  private static func addRarer(to match: inout HTTPMatch, using dice: inout SeededGenerator) {
    switch Int.random(in: 0..<5, using: &dice) {
    case 0: match.authority = condition(using: &dice)
    case 1: match.queryParameters = [HeaderMatch(name: "x", match: condition(using: &dice))]
    case 2: match.port = UInt16.random(in: 80...81, using: &dice)
    case 3: match.sourceNamespace = values.randomElement(using: &dice)
    default: match.sourceLabels = ["x": values.randomElement(using: &dice) ?? "a"]
    }
  }

  private static func header(using dice: inout SeededGenerator) -> HeaderMatch {
    let match = Int.random(in: 0..<4, using: &dice) == 0 ? .present : condition(using: &dice)
    return HeaderMatch(["x", "y"].randomElement(using: &dice) ?? "x", match)
  }

  private static func condition(using dice: inout SeededGenerator) -> StringMatch {
    let value = values.randomElement(using: &dice) ?? "a"
    let all: [StringMatch] = [
      .exact(value), .prefix(value), .regex(patterns.randomElement(using: &dice) ?? "a"),
    ]
    return all.randomElement(using: &dice) ?? .exact(value)
  }

  /// A gRPC call, and what rules mean for it, told as plainly as can be.
  struct Call {
    let path: String
    let headers: [String: String]
    let authority: String
    let parameter: String?
    let port: UInt16
    let namespace: String
    let label: String?

    init(using dice: inout SeededGenerator) {
      path = paths.randomElement(using: &dice) ?? "/a"
      var headers: [String: String] = [:]
      for name in ["x", "y"] where Bool.random(using: &dice) {
        headers[name] = values.randomElement(using: &dice)
      }
      self.headers = headers
      authority = values.randomElement(using: &dice) ?? "a"
      parameter = Bool.random(using: &dice) ? nil : values.randomElement(using: &dice)
      port = UInt16.random(in: 80...81, using: &dice)
      namespace = values.randomElement(using: &dice) ?? "a"
      label = Bool.random(using: &dice) ? nil : values.randomElement(using: &dice)
    }

    func meets(_ route: HTTPRoute) -> Bool {
      route.matches.isEmpty || route.matches.contains(where: meets)
    }

    private func meets(_ match: HTTPMatch) -> Bool {
      meets(uri: match.uri, ignoringCase: match.ignoreURICase)
        && (match.method.map { holds($0, "POST") } ?? true)
        && match.headers.allSatisfy { holds($0.match, headers[$0.name]) }
        && !match.withoutHeaders.contains { holds($0.match, headers[$0.name]) }
        && (match.authority.map { holds($0, authority) } ?? true)
        && match.queryParameters.allSatisfy { holds($0.match, parameter) }
        && (match.port ?? port) == port && (match.sourceNamespace ?? namespace) == namespace
        && match.sourceLabels.allSatisfy { $0.value == label }
    }

    private func meets(uri: StringMatch?, ignoringCase: Bool) -> Bool {
      switch uri {
      case .exact(let text) where ignoringCase: path.lowercased() == text.lowercased()
      case .prefix(let text) where ignoringCase: path.lowercased().hasPrefix(text.lowercased())
      case .some(let match): holds(match, path)
      case nil: true
      }
    }

    private func holds(_ match: StringMatch, _ value: String?) -> Bool {
      guard let value else { return false }
      switch match {
      case .exact(let text): return value == text
      case .prefix(let text): return value.hasPrefix(text)
      case .regex(let source): return (try? RE2Pattern(source))?.matches(value) ?? false
      case .present: return true
      }
    }
  }
}
