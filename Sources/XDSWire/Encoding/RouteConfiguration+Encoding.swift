import SwiftProtobuf
import XDSCore
import XDSProtos

extension Envoy_Config_Route_V3_RouteConfiguration {
  init(_ configuration: RouteConfiguration, profile: NodeProfile) throws {
    self.init()
    name = configuration.name
    virtualHosts = try configuration.virtualHosts.map { host in
      try Proto.VirtualHost(host, profile: profile)
    }
    // A route may come before its cluster: calls fail meanwhile, but the routes aren't refused.
    if profile.isProxy { validateClusters = Proto.BoolWrapper(false) }
    if configuration.virtualHosts.contains(where: { $0.routes.contains(where: \.hasLargeBody) }) {
      maxDirectResponseBodySizeBytes = Proto.UInt32Wrapper(Route.largestBody)
    }
  }
}

extension Envoy_Config_Route_V3_VirtualHost {
  init(_ host: VirtualHost, profile: NodeProfile) throws {
    self.init()
    name = host.name
    domains = host.domains
    routes = try host.routes.map { try Proto.Route($0, profile: profile) }
  }
}

extension Envoy_Config_Route_V3_Route {
  init(_ route: Route, profile: NodeProfile) throws {
    self.init()
    name = route.name
    match = Proto.RouteMatch(route.match, profile: profile)
    switch route.action {
    case .cluster(let name):
      self.route.cluster = name
      try self.route.set(route.settings, profile: profile)
    case .weightedClusters(let clusters):
      self.route.weightedClusters = Proto.WeightedCluster(clusters, profile: profile)
      try self.route.set(route.settings, profile: profile)
    case .redirect(let redirect):
      self.redirect = Envoy_Config_Route_V3_RedirectAction(redirect)
    case .directResponse(let response):
      directResponse = Envoy_Config_Route_V3_DirectResponseAction(response)
    case .unsupported:
      // Of all actions that a gRPC client can't perform the one that every client accepts: calls
      // that match it fail.
      nonForwardingAction = Envoy_Config_Route_V3_NonForwardingAction()
    }
    try set(route.settings)
  }
}

extension Envoy_Config_Route_V3_WeightedCluster {
  init(_ clusters: [WeightedCluster], profile: NodeProfile) {
    self.init()
    self.clusters = clusters.map { cluster in
      var weighted = ClusterWeight()
      weighted.name = cluster.name
      weighted.weight = Proto.UInt32Wrapper(cluster.weight)
      weighted.set(cluster.headers)
      return weighted
    }
    // dubbo-go and grpc-go before 1.54 take 100 where it is missing, and NACK another sum; Envoy
    // warns of it.
    guard !profile.isProxy else { return }
    totalWeight = Proto.UInt32Wrapper(
      UInt32(clamping: clusters.reduce(0) { $0 + UInt64($1.weight) })
    )
  }
}

extension Envoy_Config_Route_V3_RouteMatch {
  init(_ match: RouteMatch, profile: NodeProfile) {
    self.init()
    switch match.path {
    case .prefix(let prefix): self.prefix = prefix
    case .exact(let path): self.path = path
    case .regex(let regex): safeRegex.regex = regex
    }
    // Always said: grpc-java takes false where it is missing, everyone else true.
    caseSensitive = Proto.BoolWrapper(match.caseSensitive)
    headers = match.headers.map { Proto.HeaderMatcher($0, profile: profile) }
    queryParameters = match.queryParameters.map(Proto.QueryParameterMatcher.init)
    if let fraction = match.fractionPerMillion {
      runtimeFraction.defaultValue.numerator = fraction
      runtimeFraction.defaultValue.denominator = .million
    }
  }
}

extension Envoy_Config_Route_V3_HeaderMatcher {
  init(_ matcher: HeaderMatcher, profile: NodeProfile) {
    self.init()
    name = matcher.name
    invertMatch = matcher.invert
    treatMissingHeaderAsEmpty = matcher.takesMissingForEmpty
    if profile.writesStringMatch {
      setCondition(matcher.condition)
    } else {
      setOlderCondition(matcher.condition)
    }
  }

  private mutating func setCondition(_ condition: HeaderMatcher.Condition) {
    switch condition {
    case .exact(let text): stringMatch.exact = text
    case .prefix(let text): stringMatch.prefix = text
    case .suffix(let text): stringMatch.suffix = text
    case .contains(let text): stringMatch.contains = text
    case .regex(let regex): stringMatch.safeRegex.regex = regex
    case .range(let start, let end): setRange(start, end)
    case .present(let present): presentMatch = present
    }
  }

  private mutating func setOlderCondition(_ condition: HeaderMatcher.Condition) {
    switch condition {
    case .exact(let text): exactMatch = text
    case .prefix(let text): prefixMatch = text
    case .suffix(let text): suffixMatch = text
    // Those who want the older fields refuse `contains_match`, which is the youngest of them.
    case .contains(let text): safeRegexMatch.regex = "(?s).*\(escaped(text)).*"
    case .regex(let regex): safeRegexMatch.regex = regex
    case .range(let start, let end): setRange(start, end)
    case .present(let present): presentMatch = present
    }
  }

  private mutating func setRange(_ start: Int64, _ end: Int64) {
    rangeMatch.start = start
    rangeMatch.end = end
  }
}

/// A regular expression for exactly `text`.
private func escaped(_ text: String) -> String {
  var pattern = ""
  for scalar in text.unicodeScalars {
    let isPlain =
      !scalar.isASCII || scalar == "_" || scalar == " " || Character(scalar).isLetter
      || Character(scalar).isNumber
    if !isPlain { pattern += "\\" }
    pattern.unicodeScalars.append(scalar)
  }
  return pattern
}
