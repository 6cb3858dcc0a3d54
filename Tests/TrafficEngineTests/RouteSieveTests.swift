import MeshModel
import TestSupport
import Testing
import TrafficEngine
import XDSCore

@Suite("A table of many routes")
struct RouteSieveTests {
  private static let names = ["user", "tenant", "x-env"]
  private static let values = ["", "a", "b", "ab", "a,b", "7"]

  private static func matcher(_ dice: inout SeededGenerator) -> HeaderMatcher {
    let text = values.randomElement(using: &dice) ?? ""
    let conditions: [HeaderMatcher.Condition] = [
      .exact(text), .exact(text), .exact(text), .prefix(text), .suffix(text), .contains(text),
      .regex("[ab]+"), .regex("("), .range(0, 10), .present(true), .present(false),
    ]
    return HeaderMatcher(
      name: names.randomElement(using: &dice) ?? "",
      condition: conditions.randomElement(using: &dice) ?? .present(true),
      invert: Int.random(in: 0..<4, using: &dice) == 0,
      takesMissingForEmpty: Int.random(in: 0..<4, using: &dice) == 0
    )
  }

  private static func configuration(_ routes: [Route]) -> RouteConfiguration {
    RouteConfiguration(
      name: "r",
      virtualHosts: [VirtualHost(name: "v", domains: ["*"], routes: routes)]
    )
  }

  @Test(
    "takes the route that the same routes take one by one",
    arguments: [.grpc, .envoy] as [RouteSemantics]
  )
  func same(semantics: RouteSemantics) {
    var dice = SeededGenerator(seed: 7)
    var taken: Set<Int> = []
    for _ in 0..<30 {
      let routes = (0..<80).map { number in
        let count = Int.random(in: 2...3, using: &dice)
        let headers = (0..<count).map { _ in Self.matcher(&dice) }
        return Route(
          name: "\(number)",
          match: RouteMatch(headers: headers),
          action: .cluster("c\(number)")
        )
      }
      let table = RouteTable(Self.configuration(routes), authority: "a", semantics: semantics)
      let singles = routes.map {
        RouteTable(Self.configuration([$0]), authority: "a", semantics: semantics)
      }
      for _ in 0..<30 {
        let fields = (0..<Int.random(in: 0...4, using: &dice)).map { _ in
          HeaderField(
            name: Self.names.randomElement(using: &dice) ?? "",
            value: Self.values.randomElement(using: &dice) ?? ""
          )
        }
        let headers = HeaderFields(fields)
        let wanted = singles.firstIndex {
          $0.explain(path: "/s/m", headers: headers).match != nil
        }
        let explained = table.explain(path: "/s/m", fields: headers)
        #expect(explained.match?.routeIndex == wanted, "\(fields)")
        #expect(explained.skipped.count == wanted ?? routes.count)
        var unused = SplitMix64(seed: 1)
        let decided = table.decide(path: "/s/m", headers: headers, using: &unused)
        if let wanted {
          taken.insert(wanted)
          guard case .cluster(let pick) = decided, pick.routeIndex == wanted else {
            Issue.record("\(decided), not route \(wanted) for \(fields)")
            continue
          }
        } else {
          #expect(decided == .noRoute)
        }
      }
    }
    #expect(taken.count > 20)
  }

  @Test("tells of the first and the last routes that don't match, where it is asked for some only")
  func some() {
    let routes = (0..<100).map { number in
      Route(
        name: "\(number)",
        match: RouteMatch(headers: [HeaderMatcher(name: "n", condition: .exact("\(number)"))]),
        action: .cluster("c")
      )
    }
    let table = RouteTable(Self.configuration(routes), authority: "a")
    let headers = HeaderFields([HeaderField(name: "n", value: "50")])
    for (limit, wanted) in [
      (0, []), (2, [0, 1, 48, 49]), (25, Array(0..<50)), (30, Array(0..<50)), (.max, Array(0..<50)),
    ] {
      let found = table.explain(path: "/", fields: headers, keeping: limit)
      #expect(found.skipped.map(\.routeIndex) == wanted && found.match?.routeIndex == 50)
    }
  }
}
