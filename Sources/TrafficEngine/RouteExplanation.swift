package import MeshModel
package import XDSCore

/// Why a call takes the route that it takes.
package struct RouteExplanation: Hashable, Sendable {
  /// A route that was tried before the one that matches.
  package struct Skipped: Hashable, Sendable {
    /// In ``RouteTable/routes``.
    package let routeIndex: Int
    package let routeName: String
    /// The first condition that the call doesn't meet.
    ///
    /// `fraction` is told of a route whose other conditions are all met: that share of such calls is
    /// its, in parts of a million of those that come to it, and the others go on.
    package let failure: MatchFailure
  }

  /// The route for all calls such as this one, save those that a `fraction` above took.
  package struct Match: Hashable, Sendable {
    /// In ``RouteTable/routes``.
    package let routeIndex: Int
    package let route: Route
    /// What can get the call: clusters of weight 0 are left out; empty where the action chooses none.
    package let shares: [Share]
  }

  package struct Share: Hashable, Sendable {
    package let cluster: String
    package let weight: UInt32
    /// 0 to 1; the shares' sum is 1.
    package let share: Double
  }

  /// nil where no virtual host takes the authority; then there is nothing else either.
  package let virtualHostName: String?
  /// In order.
  package let skipped: [Skipped]
  /// nil where no route matches.
  package let match: Match?
}

extension RouteTable {
  /// Tells what becomes of a call, without dice.
  ///
  /// O(routes), with an allocation for few of them.
  ///
  /// - Parameters:
  ///   - path: `/package.Service/Method`; by Envoy's semantics perhaps with a query.
  ///   - headers: The call's.
  ///   - limit: So many of the first routes that don't match are told of, and so many of the last.
  /// - Returns: The route that ``decide(path:headers:using:)`` takes, and why none before it; where a
  ///   route that takes a fraction of calls stands before, `decide` may take that one instead.
  package func explain(
    path: String,
    headers: borrowing some HeaderLookup,
    keeping limit: Int = .max
  ) -> RouteExplanation {
    explanation(callPath(path), headers, keeping: limit)
  }

  /// The same for a list of headers: compiled for it, and so several times as fast.
  package func explain(
    path: String,
    fields: HeaderFields,
    keeping limit: Int = .max
  ) -> RouteExplanation {
    explanation(callPath(path), fields, keeping: limit)
  }

  private func explanation(
    _ path: CallPath,
    _ headers: borrowing some HeaderLookup,
    keeping limit: Int
  ) -> RouteExplanation {
    let end = firstTaker(path, headers)
    let first = min(end, limit)
    var skipped = skipped(0..<first, path, headers)
    if first < end { skipped += self.skipped(max(first, end - limit)..<end, path, headers) }
    let match =
      end < compiled.count ? RouteExplanation.Match(routeIndex: end, route: routes[end]) : nil
    return RouteExplanation(virtualHostName: virtualHostName, skipped: skipped, match: match)
  }

  private func skipped(
    _ indices: Range<Int>,
    _ path: CallPath,
    _ headers: borrowing some HeaderLookup
  ) -> [RouteExplanation.Skipped] {
    var skipped: [RouteExplanation.Skipped] = []
    skipped.reserveCapacity(indices.count)
    for index in indices {
      guard let failure = failure(ofRoute: index, path, headers) else { continue }
      skipped.append(
        RouteExplanation.Skipped(
          routeIndex: index,
          routeName: routes[index].name,
          failure: failure
        )
      )
    }
    return skipped
  }

  /// nil where the route takes all such calls.
  private func failure(
    ofRoute index: Int,
    _ path: CallPath,
    _ headers: borrowing some HeaderLookup
  ) -> MatchFailure? {
    // No copies of whole routes: there may be many.
    switch compiled[index].failure(path, headers) {
    case nil:
      return compiled[index].fractionPerMillion.map(MatchFailure.fraction)
    case .leftOut:
      return .notOnClient("gRPC clients leave out routes that look at query parameters")
    case .path:
      let ignoresCase = !routes[index].match.caseSensitive
      return routes[index].match.path.failure(ignoresCase: ignoresCase)
    case .header(let number):
      let matcher = routes[index].match.headers[number]
      let found = compiled[index].header(number, of: path, headers)
      return .header(matcher.name, matcher.textCondition, found: found)
    case .queryParameter(let number):
      let matcher = routes[index].match.queryParameters[number]
      let found = compiled[index].queryParameter(number, of: path)
      return .queryParameter(matcher.name, matcher.condition.textCondition, found: found)
    }
  }
}

extension RouteExplanation.Match {
  fileprivate init(routeIndex: Int, route: Route) {
    self.init(routeIndex: routeIndex, route: route, shares: route.action.shares)
  }
}

extension RouteAction {
  fileprivate var shares: [RouteExplanation.Share] {
    switch self {
    case .cluster(let name):
      return [RouteExplanation.Share(cluster: name, weight: 1, share: 1)]
    case .weightedClusters(let clusters):
      let sum = clusters.reduce(0) { $0 + Double($1.weight) }
      return clusters.filter { $0.weight > 0 }.map { cluster in
        RouteExplanation.Share(
          cluster: cluster.name,
          weight: cluster.weight,
          share: Double(cluster.weight) / sum
        )
      }
    case .redirect, .directResponse, .unsupported:
      return []
    }
  }
}

extension RouteMatch.Path {
  /// The case of a regular expression counts in any case.
  fileprivate func failure(ignoresCase: Bool) -> MatchFailure {
    switch self {
    case .prefix(let text): .path(.prefix(text), ignoresCase: ignoresCase)
    case .exact(let text): .path(.exact(text), ignoresCase: ignoresCase)
    case .regex(let source): .path(.regex(source), ignoresCase: false)
    }
  }
}

extension HeaderMatcher {
  fileprivate var textCondition: TextCondition {
    switch condition {
    case .exact(let text): inverted(.exact(text))
    case .prefix(let text): inverted(.prefix(text))
    case .suffix(let text): inverted(.suffix(text))
    case .contains(let text): inverted(.contains(text))
    case .regex(let source): inverted(.regex(source))
    case .range(let low, let high): inverted(.range(low, high))
    case .present(let wanted): wanted != invert ? .present : .absent
    }
  }

  private func inverted(_ condition: TextCondition) -> TextCondition {
    invert ? .not(condition) : condition
  }
}

extension QueryParameterMatcher.Condition {
  fileprivate var textCondition: TextCondition {
    switch self {
    case .exact(let text): .exact(text)
    case .prefix(let text): .prefix(text)
    case .regex(let source): .regex(source)
    case .present: .present
    }
  }
}
