import MeshModel
import XDSCore

/// A route whose matchers are ready to run.
struct CompiledRoute: Sendable {
  private let name: String
  private let path: PathMatcher
  private let headers: [CompiledHeaderMatcher]
  /// Below 1,000,000; nil where every call may match.
  private let fractionPerMillion: UInt32?
  private let action: CompiledAction

  init(_ route: Route, names: inout ClusterNames) {
    name = route.name
    path = PathMatcher(route.match.path, caseSensitive: route.match.caseSensitive)
    headers = route.match.headers.map(CompiledHeaderMatcher.init)
    fractionPerMillion = route.match.fractionPerMillion.flatMap { $0 < 1_000_000 ? $0 : nil }
    action = CompiledAction(route.action, names: &names)
  }

  func matches(
    _ path: String,
    _ lookup: borrowing some HeaderLookup,
    _ dice: inout some RandomNumberGenerator
  ) -> Bool {
    guard self.path.matches(path) else { return false }
    for index in headers.indices where !headers[index].matches(lookup) { return false }
    guard let fractionPerMillion else { return true }
    return dice.next(upperBound: 1_000_000 as UInt64) < UInt64(fractionPerMillion)
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
