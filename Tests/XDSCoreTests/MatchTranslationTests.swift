import MeshModel
import Testing

@testable import XDSCore

@Suite("translation of matches")
struct MatchTranslationTests {
  private func translate(_ match: HTTPMatch) -> [RouteMatch] {
    var translation = MatchTranslation(profile: .grpc)
    return translation.translate(match)
  }

  @Test(
    "of a URI",
    arguments: [
      (StringMatch?.none, RouteMatch.Path.prefix("/")),
      (.exact("/api.Greeter/SayHello"), .exact("/api.Greeter/SayHello")),
      (.prefix("/api.Greeter/"), .prefix("/api.Greeter/")),
      (.regex("/api.*"), .regex("/api.*")),
    ]
  )
  func path(_ uri: StringMatch?, _ path: RouteMatch.Path) {
    #expect(translate(HTTPMatch(uri: uri)) == [RouteMatch(path: path)])
  }

  @Test("a URI's case is ignored on demand, save for a regex")
  func ignoredCase() {
    let exact = translate(HTTPMatch(uri: .exact("/A"), ignoreURICase: true))
    #expect(exact == [RouteMatch(path: .exact("/A"), caseSensitive: false)])
    let regex = translate(HTTPMatch(uri: .regex("/A"), ignoreURICase: true))
    #expect(regex == [RouteMatch(path: .regex("/A"))])
  }

  @Test(
    "of a header",
    arguments: [
      (StringMatch.exact("admin"), HeaderMatcher.Condition.exact("admin")),
      (.prefix("ad"), .prefix("ad")),
      (.prefix(""), .present(true)),
      (.regex("a|b"), .regex("a|b")),
      (.regex(".*"), .present(true)),
      (.present, .present(true)),
    ]
  )
  func header(_ match: StringMatch, _ condition: HeaderMatcher.Condition) {
    let translated = translate(HTTPMatch(headers: [HeaderMatch(name: "User", match: match)]))
    #expect(
      translated == [RouteMatch(headers: [HeaderMatcher(name: "user", condition: condition)])]
    )
  }

  @Test(
    "of a method is decided here: gRPC is always POST",
    arguments: [
      (StringMatch.exact("POST"), true), (.exact("GET"), false), (.exact("post"), false),
      (.prefix("PO"), true), (.prefix("X"), false), (.present, true),
      (.regex("GET|POST"), true), (.regex("PO"), false),
    ]
  )
  func method(_ match: StringMatch, _ holds: Bool) {
    #expect(translate(HTTPMatch(method: match)) == (holds ? [RouteMatch()] : []))
  }

  @Test("an invalid regex leaves out the match and says so, since a client would refuse all")
  func invalidRegex() {
    var translation = MatchTranslation(profile: .grpc)
    #expect(translation.translate(HTTPMatch(uri: .regex("("))) == [])
    let header = HeaderMatch(name: "user", match: .regex("("))
    #expect(translation.translate(HTTPMatch(headers: [header])) == [])
    #expect(translation.translate(HTTPMatch(withoutHeaders: [header])) == [])
    #expect(translation.obstacles.count == 3)
  }

  @Test("a header that must not match becomes two routes: absent, or there and not matching")
  func withoutHeader() {
    let user = HeaderMatch(name: "user", match: .exact("admin"))
    let inverted = HeaderMatcher(name: "user", condition: .exact("admin"), invert: true)
    let absent = HeaderMatcher(name: "user", condition: .present(true), invert: true)
    #expect(
      translate(HTTPMatch(withoutHeaders: [user]))
        == [RouteMatch(headers: [absent]), RouteMatch(headers: [inverted])]
    )
    let present = HeaderMatch(name: "user", match: .present)
    #expect(
      translate(HTTPMatch(withoutHeaders: [present])) == [RouteMatch(headers: [absent])]
    )
  }

  @Test("too many headers that must not match are left out, with a sentence")
  func cap() {
    func match(_ count: Int) -> HTTPMatch {
      HTTPMatch(
        withoutHeaders: (0..<count).map { HeaderMatch(name: "h\($0)", match: .exact("x")) }
      )
    }
    var translation = MatchTranslation(profile: .grpc)
    #expect(translation.translate(match(6)).count == 64)
    #expect(translation.obstacles.isEmpty)
    #expect(translation.translate(match(7)) == [])
    #expect(translation.obstacles.count == 1)
  }

  @Test("the routes match exactly the calls that the match does, for all calls with three headers")
  func expansion() {
    let names = ["a", "b", "c"]
    let values: [String?] = [nil, "1", "2"]
    let matches: [HTTPMatch] = [
      HTTPMatch(
        headers: [HeaderMatch(name: "a", match: .present)],
        withoutHeaders: [HeaderMatch(name: "b", match: .exact("1"))]
      ),
      HTTPMatch(
        withoutHeaders: names.map { HeaderMatch(name: $0, match: .exact("1")) }
      ),
      HTTPMatch(
        headers: [HeaderMatch(name: "a", match: .prefix("1"))],
        withoutHeaders: [
          HeaderMatch(name: "a", match: .exact("2")), HeaderMatch(name: "b", match: .present),
        ]
      ),
      HTTPMatch(
        withoutHeaders: [
          HeaderMatch(name: "a", match: .exact("1")), HeaderMatch(name: "a", match: .exact("2")),
        ]
      ),
      HTTPMatch(
        headers: [HeaderMatch(name: "c", match: .present)],
        withoutHeaders: [HeaderMatch(name: "c", match: .present)]
      ),
    ]
    for match in matches {
      let routes = translate(match)
      for a in values {
        for b in values {
          for c in values {
            let call = ["a": a, "b": b, "c": c].compactMapValues(\.self)
            let want =
              match.headers.allSatisfy { holds($0, call) }
              && !match.withoutHeaders.contains { holds($0, call) }
            let got = routes.contains { route in route.headers.allSatisfy { holds($0, call) } }
            #expect(got == want, "\(match) for \(call)")
          }
        }
      }
    }
  }

  private func holds(_ match: HeaderMatch, _ call: [String: String]) -> Bool {
    guard let value = call[match.name] else { return false }
    return switch match.match {
    case .exact(let text): value == text
    case .prefix(let text): value.hasPrefix(text)
    case .regex: false
    case .present: true
    }
  }

  /// As clients do: an absent header never matches by inversion, save for presence.
  private func holds(_ matcher: HeaderMatcher, _ call: [String: String]) -> Bool {
    let value = call[matcher.name]
    switch matcher.condition {
    case .present(let wanted): return ((value != nil) == wanted) != matcher.invert
    case .exact(let text): return value.map { ($0 == text) != matcher.invert } ?? false
    case .prefix(let text): return value.map { $0.hasPrefix(text) != matcher.invert } ?? false
    case .suffix, .contains, .regex, .range: return false
    }
  }
}
