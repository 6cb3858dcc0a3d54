import MeshModel
import TestSupport
import Testing

@Suite("The one-line form of matches")
struct MatchTextTests {
  typealias Row = (text: String, matches: [HTTPMatch])

  static let rows: [Row] = [
    ("any request", []),
    ("user=admin", [HTTPMatch(headers: [.init("user", .exact("admin"))])]),
    ("user^=adm", [HTTPMatch(headers: [.init("user", .prefix("adm"))])]),
    ("user~=a|b.*", [HTTPMatch(headers: [.init("user", .regex("a|b.*"))])]),
    ("user", [HTTPMatch(headers: [.init("user", .present)])]),
    ("!user", [HTTPMatch(withoutHeaders: [.init("user", .present)])]),
    ("!user=admin", [HTTPMatch(withoutHeaders: [.init("user", .exact("admin"))])]),
    ("!user^=a", [HTTPMatch(withoutHeaders: [.init("user", .prefix("a"))])]),
    ("uri=/api.Greeter/SayHello", [HTTPMatch(uri: .exact("/api.Greeter/SayHello"))]),
    ("uri^=/api ignore-uri-case", [HTTPMatch(uri: .prefix("/api"), ignoreURICase: true)]),
    ("uri~=/api\\..*", [HTTPMatch(uri: .regex("/api\\..*"))]),
    ("method=POST", [HTTPMatch(method: .exact("POST"))]),
    ("header:uri=x", [HTTPMatch(headers: [.init("uri", .exact("x"))])]),
    ("header:method", [HTTPMatch(headers: [.init("method", .present)])]),
    ("!header:uri", [HTTPMatch(withoutHeaders: [.init("uri", .present)])]),
    ("header:any=1", [HTTPMatch(headers: [.init("any", .exact("1"))])]),
    ("header:ignore-uri-case", [HTTPMatch(headers: [.init("ignore-uri-case", .present)])]),
    ("header name", [HTTPMatch(headers: [.init("header", .present), .init("name", .present)])]),
    (
      "name:\"by hand\" user=a", [HTTPMatch(name: "by hand", headers: [.init("user", .exact("a"))])]
    ),
    ("user=\"a b\"", [HTTPMatch(headers: [.init("user", .exact("a b"))])]),
    ("user=\"say \\\"a\\\\b\\\"\"", [HTTPMatch(headers: [.init("user", .exact("say \"a\\b\""))])]),
    ("user=a|b", [HTTPMatch(headers: [.init("user", .exact("a|b"))])]),
    ("user=|", [HTTPMatch(headers: [.init("user", .exact("|"))])]),
    ("user==x!", [HTTPMatch(headers: [.init("user", .exact("=x!"))])]),
    (
      "uri^=/api user=admin !debug | user=root",
      [
        HTTPMatch(
          uri: .prefix("/api"),
          headers: [.init("user", .exact("admin"))],
          withoutHeaders: [.init("debug", .present)]
        ),
        HTTPMatch(headers: [.init("user", .exact("root"))]),
      ]
    ),
    (
      "scheme=https authority^=greeter: user",
      [
        HTTPMatch(
          headers: [.init("user", .present)],
          scheme: .exact("https"),
          authority: .prefix("greeter:")
        )
      ]
    ),
    (
      "?page=1 ?q ?\"a=b\"~=x.*",
      [
        HTTPMatch(queryParameters: [
          .init("page", .exact("1")), .init("q", .present), .init("a=b", .regex("x.*")),
        ])
      ]
    ),
    (
      "port=8080 source:app=web source:example.com/tier=\"\" namespace=shop",
      [
        HTTPMatch(
          port: 8080,
          sourceLabels: ["app": "web", "example.com/tier": ""],
          sourceNamespace: "shop"
        )
      ]
    ),
    (
      "gateway=mesh gateway=shop/edge stat-prefix=admins",
      [HTTPMatch(gateways: ["mesh", "shop/edge"], statPrefix: "admins")]
    ),
    (
      "header:scheme header:port=1 !header:namespace",
      [
        HTTPMatch(
          headers: [.init("scheme", .present), .init("port", .exact("1"))],
          withoutHeaders: [.init("namespace", .present)]
        )
      ]
    ),
    ("any request | user", [HTTPMatch(), HTTPMatch(headers: [.init("user", .present)])]),
  ]

  @Test("reads what it writes", arguments: rows.indices)
  func table(index: Int) throws {
    let row = Self.rows[index]
    #expect(HTTPMatch.text(of: row.matches) == row.text)
    #expect(try HTTPMatch.parse(row.text) == row.matches)
  }

  @Test(
    "forgives blanks and order",
    arguments: [
      ("", "any request"), ("   ", "any request"), ("any", "any request"),
      ("  any   request ", "any request"), ("\tuser=a\u{a0}b ", "user=a b"),
      ("method=POST uri=/a", "uri=/a method=POST"), ("!a b", "b !a"),
      ("user=\"admin\"", "user=admin"), ("user~=\"a\\d\"", "user~=a\\d"), ("a |  b", "a | b"),
      ("header:user=a", "user=a"),
    ]
  )
  func forgiving(text: String, canonical: String) throws {
    #expect(HTTPMatch.text(of: try HTTPMatch.parse(text)) == canonical)
  }

  @Test(
    "says what is wrong and where",
    arguments: [
      ("user=", MeshConfigError.Code.matchEmpty, "character 6"),
      ("a user=\"\"", .matchEmpty, "character 8"),
      ("uri", .matchMalformed, "character 1"),
      ("a !uri=x", .matchMalformed, "character 3"),
      ("!method=GET", .matchMalformed, "character 1"),
      ("uri=/a uri=/b", .matchMalformed, "character 8"),
      ("ignore-uri-case=1", .matchMalformed, "character 1"),
      ("any=1", .matchMalformed, "character 1"),
      ("scheme=a scheme=b", .matchMalformed, "character 10"),
      ("authority", .matchMalformed, "character 1"),
      ("!scheme=http", .matchMalformed, "character 1"),
      ("!?page", .matchMalformed, "character 1"),
      ("a !source:app=x", .matchMalformed, "character 3"),
      ("port=0", .matchMalformed, "character 1"),
      ("port=65536", .matchMalformed, "character 1"),
      ("port^=8", .matchMalformed, "character 1"),
      ("port=1 port=2", .matchMalformed, "character 8"),
      ("namespace~=a.*", .matchMalformed, "character 1"),
      ("source:app", .matchMalformed, "character 1"),
      ("source:app=a source:app=b", .matchMalformed, "character 14"),
      ("source:=a", .matchMalformed, "character 1"),
      ("?", .matchMalformed, "character 2"),
      ("?page=", .matchEmpty, "character 7"),
      ("?\"page", .matchMalformed, "character 2"),
      ("any request user", .matchMalformed, "character 13"),
      ("a |", .matchMalformed, "character 4"),
      ("| a", .matchMalformed, "character 1"),
      ("a | | b", .matchMalformed, "character 5"),
      ("user!=a", .matchMalformed, "character 5"),
      ("user:a", .matchMalformed, "character 5"),
      ("user^a", .matchMalformed, "character 5"),
      ("!", .matchMalformed, "character 2"),
      ("=a", .matchMalformed, "character 1"),
      ("user=\"a", .matchMalformed, "character 6"),
      ("user=\"a\"b", .matchMalformed, "character 9"),
      ("User=a", .headerNameUpperCase, "character 1"),
      ("a !X-Y", .headerNameUpperCase, "character 4"),
      ("us/er=a", .headerNameInvalid, "character 1"),
      ("header:ü", .headerNameInvalid, "character 8"),
      ("user~=a(b", .regexInvalid, "character 2"),
      ("user~=a(b", .regexInvalid, "a value at character 7"),
    ]
  )
  func errors(text: String, code: MeshConfigError.Code, place: String) {
    let error = #expect(throws: MeshConfigError.self) { try HTTPMatch.parse(text) }
    #expect(error?.code == code, "\(error?.message ?? "")")
    #expect(error?.message.contains(place) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("want") == true, "\(error?.message ?? "")")
  }

  @Test("reads back whatever matches it wrote", arguments: 0..<20)
  func roundTrip(seed: Int) throws {
    var dice = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<100 {
      var matches = RandomMatch.matches(using: &dice)
      let text = HTTPMatch.text(of: matches)
      if matches == [HTTPMatch()] { matches = [] }
      #expect(try HTTPMatch.parse(text) == matches, "\(text)")
    }
  }

  @Test("never traps, whatever is typed")
  func fuzz() {
    var dice = SeededGenerator(seed: 7)
    let bits = [
      "user", "uri", "any", "request", "?", "port", "80", "source:", "namespace", "=", "^=", "~=",
      "!", "|", " ", "\"", "\\", ":", "header:",
      "é",
    ]
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0...7, using: &dice))
        .map { _ in bits.randomElement(using: &dice) ?? "" }.joined()
      guard let matches = try? HTTPMatch.parse(text) else { continue }
      #expect((try? HTTPMatch.parse(HTTPMatch.text(of: matches))) == matches, "\(text)")
    }
  }
}

extension HeaderMatch {
  init(_ name: String, _ match: StringMatch) { self.init(name: name, match: match) }
}

/// Makes matches that the one-line form can tell.
private enum RandomMatch {
  static func matches(using dice: inout SeededGenerator) -> [HTTPMatch] {
    (0..<Int.random(in: 0...3, using: &dice)).map { _ in match(using: &dice) }
  }

  private static func match(using dice: inout SeededGenerator) -> HTTPMatch {
    HTTPMatch(
      name: Bool.random(using: &dice) ? nil : value(using: &dice),
      uri: optional(using: &dice),
      ignoreURICase: Bool.random(using: &dice),
      method: optional(using: &dice),
      headers: headers(using: &dice),
      withoutHeaders: headers(using: &dice),
      scheme: optional(using: &dice),
      authority: optional(using: &dice),
      queryParameters: parameters(using: &dice),
      port: Bool.random(using: &dice) ? nil : UInt16.random(in: 1...UInt16.max, using: &dice),
      sourceLabels: labels(using: &dice),
      sourceNamespace: Bool.random(using: &dice) ? nil : value(using: &dice),
      gateways: (0..<Int.random(in: 0...2, using: &dice)).map { _ in value(using: &dice) },
      statPrefix: Bool.random(using: &dice) ? nil : value(using: &dice)
    )
  }

  private static func parameters(using dice: inout SeededGenerator) -> [HeaderMatch] {
    (0..<Int.random(in: 0...2, using: &dice)).map { _ in
      HeaderMatch(value(using: &dice), condition(using: &dice))
    }
  }

  private static func labels(using dice: inout SeededGenerator) -> [String: String] {
    var labels: [String: String] = [:]
    for _ in 0..<Int.random(in: 0...2, using: &dice) {
      labels[value(using: &dice)] = Bool.random(using: &dice) ? "" : value(using: &dice)
    }
    return labels
  }

  private static func optional(using dice: inout SeededGenerator) -> StringMatch? {
    let match = condition(using: &dice)
    return match == .present ? nil : match
  }

  private static func headers(using dice: inout SeededGenerator) -> [HeaderMatch] {
    let names = [
      "user", "uri", "method", "any", "name", "header", "ignore-uri-case", "x-y_z.0", "request",
      "scheme", "authority", "port", "namespace", "gateway", "stat-prefix", "source",
    ]
    return (0..<Int.random(in: 0...2, using: &dice)).map { _ in
      HeaderMatch(names.randomElement(using: &dice) ?? "a", condition(using: &dice))
    }
  }

  private static func condition(using dice: inout SeededGenerator) -> StringMatch {
    switch Int.random(in: 0..<4, using: &dice) {
    case 0: .exact(value(using: &dice))
    case 1: .prefix(value(using: &dice))
    case 2: .regex(["a.*", "a b", "\\d+", "\"|\\\\", "[|= ]"].randomElement(using: &dice) ?? "a")
    default: .present
    }
  }

  private static func value(using dice: inout SeededGenerator) -> String {
    let scalars: [Unicode.Scalar] = [
      "a", "b", " ", "\"", "\\", "|", "=", "!", "^", "~", ":", "/", "é", "\n", "\u{301}", "\u{600}",
    ]
    var value = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 1...5, using: &dice) {
      value.append(scalars.randomElement(using: &dice) ?? "a")
    }
    return String(value)
  }
}
