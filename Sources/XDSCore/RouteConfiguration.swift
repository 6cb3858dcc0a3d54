package import MeshModel

/// A RouteConfiguration: virtual hosts by domain, each with ordered routes.
package struct RouteConfiguration: Hashable, Sendable {
  package var name: String
  package var virtualHosts: [VirtualHost]

  package init(name: String, virtualHosts: [VirtualHost]) {
    self.name = name
    self.virtualHosts = virtualHosts
  }

  /// The clusters that any route with a weight above 0 sends to, each once, in order.
  package var referencedClusters: [String] {
    var seen: Set<String> = []
    return virtualHosts.flatMap(\.referencedClusters).filter { seen.insert($0).inserted }
  }

  mutating func removeFaults() {
    for host in virtualHosts.indices {
      for route in virtualHosts[host].routes.indices
      where virtualHosts[host].routes[route].settings.fault != nil {
        virtualHosts[host].routes[route].settings.fault = nil
      }
    }
  }
}

package struct VirtualHost: Hashable, Sendable {
  package var name: String
  /// `host`, `host:port`, `*.suffix`, `prefix.*` or `*`.
  package var domains: [String]
  package var routes: [Route]

  package init(name: String, domains: [String], routes: [Route]) {
    self.name = name
    self.domains = domains
    self.routes = routes
  }

  /// The clusters that any route with a weight above 0 sends to, each once, in order.
  package var referencedClusters: [String] {
    var seen: Set<String> = []
    return routes.flatMap(\.clusters).filter { seen.insert($0).inserted }
  }
}

package struct Route: Hashable, Sendable {
  /// Ties calls to rules: see ``SnapshotBuilder`` for its form.
  package var name: String
  package var match: RouteMatch
  package var action: RouteAction
  package var settings: RouteSettings

  package init(
    name: String,
    match: RouteMatch,
    action: RouteAction,
    settings: RouteSettings = RouteSettings()
  ) {
    self.name = name
    self.match = match
    self.action = action
    self.settings = settings
  }

  /// The clusters that can get calls, or copies of them.
  package var clusters: [String] { action.clusters + settings.mirrors.map(\.cluster) }
}

package struct RouteMatch: Hashable, Sendable {
  package enum Path: Hashable, Sendable {
    case prefix(String)
    case exact(String)
    /// RE2; the whole path must match.
    case regex(String)
  }

  package var path: Path
  package var caseSensitive: Bool
  package var headers: [HeaderMatcher]
  package var queryParameters: [QueryParameterMatcher]
  /// The share of calls that may match, in parts of a million; nil means all.
  package var fractionPerMillion: UInt32?

  package init(
    path: Path = .prefix("/"),
    caseSensitive: Bool = true,
    headers: [HeaderMatcher] = [],
    queryParameters: [QueryParameterMatcher] = [],
    fractionPerMillion: UInt32? = nil
  ) {
    self.path = path
    self.caseSensitive = caseSensitive
    self.headers = headers
    self.queryParameters = queryParameters
    self.fractionPerMillion = fractionPerMillion
  }
}

package struct HeaderMatcher: Hashable, Sendable {
  package enum Condition: Hashable, Sendable {
    case exact(String)
    case prefix(String)
    case suffix(String)
    case contains(String)
    /// RE2; the whole value must match.
    case regex(String)
    /// From the first number (included) to the second (not), as a decimal integer.
    case range(Int64, Int64)
    /// `true` wants the header there, `false` wants it absent.
    case present(Bool)
  }

  /// Lower case.
  package var name: String
  package var condition: Condition
  /// A header that is absent never matches by inversion, save for `present` and where
  /// ``takesMissingForEmpty`` is set.
  package var invert: Bool
  /// Whether a header that is absent counts as empty; only Envoy looks at it.
  package var takesMissingForEmpty: Bool

  package init(
    name: String,
    condition: Condition,
    invert: Bool = false,
    takesMissingForEmpty: Bool = false
  ) {
    self.name = name
    self.condition = condition
    self.invert = invert
    self.takesMissingForEmpty = takesMissingForEmpty
  }
}

package struct QueryParameterMatcher: Hashable, Sendable {
  package enum Condition: Hashable, Sendable {
    case exact(String)
    case prefix(String)
    /// RE2; the whole value must match.
    case regex(String)
    case present
  }

  package var name: String
  package var condition: Condition

  package init(name: String, condition: Condition) {
    self.name = name
    self.condition = condition
  }
}

package enum RouteAction: Hashable, Sendable {
  case cluster(String)
  /// The weights' sum is above 0 and fits 32 bits.
  case weightedClusters([WeightedCluster])
  case redirect(HTTPRedirect)
  case directResponse(HTTPDirectResponse)
  /// An action that the client can't perform, in words; calls that match it fail.
  case unsupported(String)

  /// The clusters that can get calls: weights of 0 left out.
  package var clusters: [String] {
    switch self {
    case .cluster(let name): [name]
    case .weightedClusters(let clusters): clusters.filter { $0.weight > 0 }.map(\.name)
    case .redirect, .directResponse, .unsupported: []
    }
  }
}

package struct WeightedCluster: Hashable, Sendable {
  package var name: String
  package var weight: UInt32
  package var headers: HeaderChanges

  package init(name: String, weight: UInt32, headers: HeaderChanges = HeaderChanges()) {
    self.name = name
    self.weight = weight
    self.headers = headers
  }
}
