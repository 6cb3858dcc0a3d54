import MeshModel
import TestSupport
import Testing
import TrafficEngine
import XDSCore

@Suite("Route tables beside a plain reference")
struct RouteReferenceTests {
  @Test("decide alike on random configurations and calls", arguments: 0..<10)
  func agrees(seed: Int) throws {
    var dice = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<60 {
      let routes = (0..<Int.random(in: 0...6, using: &dice)).map { index in
        Route(
          name: "r\(index)",
          match: RandomRoute.match(using: &dice),
          action: .cluster("c\(index % 3)")
        )
      }
      let table = RouteTableTests.table(routes)
      for _ in 0..<40 {
        let path = RandomRoute.paths.randomElement(using: &dice) ?? "/"
        let headers = RandomRoute.headers(using: &dice)
        let expected = try Reference.route(routes, path: path, headers: headers)
        let decision = table.decide(path: path, headers: HeaderFields(headers), using: &dice)
        switch (expected, decision) {
        case (nil, .noRoute): continue
        case (let index?, .cluster(let pick)):
          #expect(pick.routeIndex == index)
          #expect(pick.routeName == "r\(index)")
          #expect(pick.cluster == "c\(index % 3)")
          #expect(table.clusters[pick.clusterIndex] == pick.cluster)
        default: Issue.record("\(decision) instead of \(String(describing: expected))")
        }
      }
    }
  }
}

extension RouteReferenceTests {
  @Test("explain what they decide, by either semantics", arguments: 0..<10)
  func explains(seed: Int) {
    var dice = SeededGenerator(seed: UInt64(seed))
    for semantics in [RouteSemantics.grpc, .envoy] {
      for _ in 0..<60 {
        let routes = RandomRoute.routes(using: &dice)
        let table = RouteTableTests.table(routes, semantics)
        for _ in 0..<40 {
          let path = RandomRoute.paths.randomElement(using: &dice) ?? "/"
          let headers = HeaderFields(RandomRoute.headers(using: &dice))
          let explanation = table.explain(path: path, headers: headers)
          check(explanation, table, table.decide(path: path, headers: headers, using: &dice))
        }
      }
    }
  }

  /// A decision is the match explained, or a route that takes a fraction of such calls.
  private func check(
    _ explanation: RouteExplanation,
    _ table: RouteTable,
    _ decision: RouteDecision
  ) {
    let fractions = explanation.skipped.filter { skipped in
      if case .fraction = skipped.failure { true } else { false }
    }
    switch decision {
    case .cluster(let pick):
      if fractions.contains(where: { $0.routeIndex == pick.routeIndex }) { return }
      #expect(explanation.match?.routeIndex == pick.routeIndex)
      #expect(explanation.match?.route == table.routes[pick.routeIndex])
      #expect(explanation.skipped.map(\.routeIndex) == Array(0..<pick.routeIndex))
      #expect(explanation.match?.shares.map(\.cluster).contains(pick.cluster) == true)
    case .noRoute:
      #expect(explanation.match == nil)
      #expect(explanation.skipped.count == table.routes.count)
    case .noVirtualHost, .unsupported:
      Issue.record("\(decision)")
    }
  }
}

/// The matching of gRFC A28, as plainly as it can be told.
private enum Reference {
  static func route(_ routes: [Route], path: String, headers: [HeaderField]) throws -> Int? {
    try routes.firstIndex { route in
      try matches(route.match, path: path)
        && route.match.headers.allSatisfy { try matches($0, headers) }
    }
  }

  private static func matches(_ match: RouteMatch, path: String) throws -> Bool {
    let fold = { (text: String) in match.caseSensitive ? text : text.lowercased() }
    switch match.path {
    case .prefix(let prefix): return fold(path).hasPrefix(fold(prefix))
    case .exact(let exact): return fold(path) == fold(exact)
    case .regex(let source): return try Regex(source).wholeMatch(in: path) != nil
    }
  }

  private static func matches(_ matcher: HeaderMatcher, _ headers: [HeaderField]) throws -> Bool {
    var values = headers.filter { $0.name == matcher.name }.map(\.value)
    if matcher.name.hasSuffix("-bin") || matcher.name.hasPrefix(":") { values = [] }
    if matcher.name.lowercased() != matcher.name { values = [] }
    if matcher.name == "content-type" { values = ["application/grpc"] }
    if case .present(let wanted) = matcher.condition {
      return (wanted == !values.isEmpty) != matcher.invert
    }
    if values.isEmpty { return false }
    return try holds(matcher.condition, values.joined(separator: ",")) != matcher.invert
  }

  private static func holds(_ condition: HeaderMatcher.Condition, _ value: String) throws -> Bool {
    switch condition {
    case .exact(let text): value == text
    case .prefix(let text): value.hasPrefix(text)
    case .suffix(let text): value.hasSuffix(text)
    case .contains(let text): value.contains(text)
    case .regex(let source): try Regex(source).wholeMatch(in: value) != nil
    case .range(let low, let high): Int64(value).map { low <= $0 && $0 < high } ?? false
    case .present(let wanted): wanted
    }
  }
}

/// Routes and calls over few values, so that they often meet.
private enum RandomRoute {
  static let paths = ["/a/B", "/a/b", "/A/b", "/b/c", "/a/b?q=a", "/b/c?q=ab&x"]
  static let names = ["user", "x", "x-bin", "content-type", ":path", "User"]
  static let values = ["a", "ab", "b", "7", "-3", "application/grpc"]

  /// With query parameters and fractions, and what gRPC ignores.
  static func routes(using dice: inout SeededGenerator) -> [Route] {
    (0..<Int.random(in: 0...6, using: &dice)).map { index in
      var match = match(using: &dice)
      if Int.random(in: 0..<4, using: &dice) == 0 { match.fractionPerMillion = 500_000 }
      if Int.random(in: 0..<4, using: &dice) == 0 {
        match.queryParameters = [QueryParameterMatcher(name: "q", condition: .prefix("a"))]
      }
      for index in match.headers.indices {
        match.headers[index].takesMissingForEmpty = Bool.random(using: &dice)
      }
      let weights = ["x", "y"].map { WeightedCluster(name: $0, weight: 1) }
      let action: RouteAction = index % 2 == 0 ? .cluster("c") : .weightedClusters(weights)
      return Route(name: "r\(index)", match: match, action: action)
    }
  }

  static func match(using dice: inout SeededGenerator) -> RouteMatch {
    let path = paths.randomElement(using: &dice) ?? "/"
    let kinds: [RouteMatch.Path] = [
      .prefix("/"), .prefix(""), .prefix(String(path.prefix(2))), .exact(path), .regex("/[ab]/.*"),
    ]
    return RouteMatch(
      path: kinds.randomElement(using: &dice) ?? .prefix("/"),
      caseSensitive: Bool.random(using: &dice),
      headers: (0..<Int.random(in: 0...2, using: &dice)).map { _ in header(using: &dice) }
    )
  }

  private static func header(using dice: inout SeededGenerator) -> HeaderMatcher {
    let value = values.randomElement(using: &dice) ?? "a"
    let conditions: [HeaderMatcher.Condition] = [
      .exact(value), .prefix(value), .suffix(value), .contains(value), .regex("[ab]+"),
      .range(-5, 7),
      .present(true), .present(false),
    ]
    return HeaderMatcher(
      name: names.randomElement(using: &dice) ?? "user",
      condition: conditions.randomElement(using: &dice) ?? .present(true),
      invert: Bool.random(using: &dice)
    )
  }

  static func headers(using dice: inout SeededGenerator) -> [HeaderField] {
    (0..<Int.random(in: 0...3, using: &dice)).map { _ in
      HeaderField(
        name: names.randomElement(using: &dice) ?? "user",
        value: values.randomElement(using: &dice) ?? "a"
      )
    }
  }
}
