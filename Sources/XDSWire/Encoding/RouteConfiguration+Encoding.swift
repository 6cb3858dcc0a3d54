import SwiftProtobuf
import XDSCore
import XDSProtos

extension Envoy_Config_Route_V3_RouteConfiguration {
  init(_ configuration: RouteConfiguration, profile: NodeProfile) {
    self.init()
    name = configuration.name
    virtualHosts = configuration.virtualHosts.map { Proto.VirtualHost($0, profile: profile) }
    // A route may come before its cluster: calls fail meanwhile, but the routes aren't refused.
    if profile.isProxy { validateClusters = Proto.BoolWrapper(false) }
  }
}

extension Envoy_Config_Route_V3_VirtualHost {
  init(_ host: VirtualHost, profile: NodeProfile) {
    self.init()
    name = host.name
    domains = host.domains
    routes = host.routes.map { Proto.Route($0, profile: profile) }
  }
}

extension Envoy_Config_Route_V3_Route {
  init(_ route: Route, profile: NodeProfile) {
    self.init()
    name = route.name
    match = Proto.RouteMatch(route.match, profile: profile)
    switch route.action {
    case .cluster(let name):
      self.route.cluster = name
    case .weightedClusters(let clusters):
      self.route.weightedClusters = Proto.WeightedCluster(clusters, profile: profile)
    case .redirect, .directResponse, .unsupported:
      // Of all actions that a gRPC client can't perform the one that every client accepts: calls
      // that match it fail.
      nonForwardingAction = Envoy_Config_Route_V3_NonForwardingAction()
      return
    }
    if profile.isProxy { self.route.leaveTimeoutsToCallers() }
  }
}

extension Envoy_Config_Route_V3_RouteAction {
  /// A proxy would end every call after 15 seconds; so it does after what `grpc-timeout` says.
  fileprivate mutating func leaveTimeoutsToCallers() {
    timeout = Proto.Duration()
    maxStreamDuration.grpcTimeoutHeaderMax = Proto.Duration()
  }
}

extension Envoy_Config_Route_V3_WeightedCluster {
  init(_ clusters: [WeightedCluster], profile: NodeProfile) {
    self.init()
    self.clusters = clusters.map { cluster in
      var weighted = ClusterWeight()
      weighted.name = cluster.name
      weighted.weight = Proto.UInt32Wrapper(cluster.weight)
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
