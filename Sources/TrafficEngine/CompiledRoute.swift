import MeshModel
import XDSCore

/// A route whose matchers are ready to run.
///
/// An object, since a table of thousands of structs would be copied part by part to look at each.
final class CompiledRoute: Sendable {
  private let name: String
  private let path: PathMatcher
  private let headers: [CompiledHeaderMatcher]
  private let queryParameters: [CompiledQueryMatcher]
  /// Whether the client leaves the route out.
  private let isLeftOut: Bool
  /// Below 1,000,000; nil where every call may match.
  let fractionPerMillion: UInt32?
  private let action: CompiledAction

  init(_ route: Route, _ semantics: RouteSemantics, names: inout ClusterNames) {
    name = route.name
    path = PathMatcher(route.match.path, caseSensitive: route.match.caseSensitive)
    headers = route.match.headers.map { CompiledHeaderMatcher($0, semantics) }
    queryParameters = route.match.queryParameters.map(CompiledQueryMatcher.init)
    isLeftOut = semantics == .grpc && !route.match.queryParameters.isEmpty
    fractionPerMillion = route.match.fractionPerMillion.flatMap { $0 < 1_000_000 ? $0 : nil }
    action = CompiledAction(route.action, names: &names)
  }

  /// The first condition that a call doesn't meet; the fraction is none of them.
  func failure(_ path: CallPath, _ lookup: borrowing some HeaderLookup) -> FailedCondition? {
    if isLeftOut { return .leftOut }
    guard self.path.matches(path.matched) else { return .path }
    for index in headers.indices where !headers[index].matches(path, lookup) {
      return .header(index)
    }
    for index in queryParameters.indices where !queryParameters[index].matches(path) {
      return .queryParameter(index)
    }
    return nil
  }

  /// What it wants of one of its headers, the most telling; nil where it may take calls without any.
  var wantedHeader: (name: String, value: [UInt8]?)? {
    let wanted = headers.compactMap(\.wanted)
    return wanted.first { $0.value != nil } ?? wanted.first
  }

  /// Whether a call that meets all conditions is in the route's fraction.
  func takes(_ dice: inout some RandomNumberGenerator) -> Bool {
    guard let fractionPerMillion else { return true }
    return dice.next(upperBound: 1_000_000 as UInt64) < UInt64(fractionPerMillion)
  }

  /// What header matcher `index` finds in a call.
  func header(
    _ index: Int,
    of path: CallPath,
    _ lookup: borrowing some HeaderLookup
  ) -> String? {
    headers[index].value(path, lookup)
  }

  /// What query parameter matcher `index` finds in a call.
  func queryParameter(_ index: Int, of path: CallPath) -> String? {
    queryParameters[index].value(path)
  }

  func decision(index: Int, using dice: inout some RandomNumberGenerator) -> RouteDecision {
    switch action {
    case .cluster(let cluster):
      pick(cluster, routeIndex: index)
    case .weighted(let clusters):
      pick(clusters.draw(using: &dice), routeIndex: index)
    case .unsupported(let reason):
      .unsupported(routeName: name, reason: reason)
    }
  }

  private func pick(_ cluster: NamedCluster, routeIndex: Int) -> RouteDecision {
    .cluster(
      RoutePick(
        routeIndex: routeIndex,
        routeName: name,
        clusterIndex: cluster.index,
        cluster: cluster.name
      )
    )
  }
}

/// A condition that a call doesn't meet: which of the route's.
enum FailedCondition {
  /// The client leaves the route out.
  case leftOut
  case path
  case header(Int)
  case queryParameter(Int)
}

/// A cluster's name and its index in ``RouteTable/clusters``.
struct NamedCluster: Sendable {
  let name: String
  let index: Int
}

enum CompiledAction: Sendable {
  case cluster(NamedCluster)
  case weighted(WeightedPick)
  case unsupported(String)

  init(_ action: RouteAction, names: inout ClusterNames) {
    switch action {
    case .cluster(let name):
      self = .cluster(NamedCluster(name: name, index: names.index(of: name)))
    case .weightedClusters(let clusters):
      self =
        WeightedPick(clusters, names: &names).map(CompiledAction.weighted)
        ?? .unsupported("the weights' sum is 0; want at least one cluster above 0")
    case .redirect:
      self = .unsupported("redirect")
    case .directResponse:
      self = .unsupported("direct response")
    case .unsupported(let reason):
      self = .unsupported(reason)
    }
  }
}

/// Draws one of several clusters by weight.
struct WeightedPick: Sendable {
  private struct Choice: Sendable {
    let cluster: NamedCluster
    /// The sum of the weights up to and with this cluster's.
    let end: UInt64
  }

  private let choices: [Choice]
  private let sum: UInt64

  /// Clusters of weight 0 are left out; nil where no other is there.
  init?(_ clusters: [WeightedCluster], names: inout ClusterNames) {
    var choices: [Choice] = []
    var sum: UInt64 = 0
    for cluster in clusters where cluster.weight > 0 {
      sum += UInt64(cluster.weight)
      let named = NamedCluster(name: cluster.name, index: names.index(of: cluster.name))
      choices.append(Choice(cluster: named, end: sum))
    }
    guard sum > 0 else { return nil }
    self.choices = choices
    self.sum = sum
  }

  /// One draw is enough but for a chance of `sum / 2^64`, when another is taken so that no cluster
  /// is favoured.
  func draw(using dice: inout some RandomNumberGenerator) -> NamedCluster {
    let drawn = dice.next(upperBound: sum)
    var low = 0
    var high = choices.count - 1
    while low < high {
      let middle = (low + high) / 2
      if drawn < choices[middle].end { high = middle } else { low = middle + 1 }
    }
    return choices[low].cluster
  }
}
