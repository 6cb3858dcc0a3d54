import SwiftProtobuf
import XDSCore
import XDSProtos

extension Envoy_Config_Route_V3_RouteConfiguration {
  init(_ configuration: RouteConfiguration) {
    self.init()
    name = configuration.name
    virtualHosts = configuration.virtualHosts.map(Proto.VirtualHost.init)
  }
}

extension Envoy_Config_Route_V3_VirtualHost {
  init(_ host: VirtualHost) {
    self.init()
    name = host.name
    domains = host.domains
    routes = host.routes.map(Proto.Route.init)
  }
}

extension Envoy_Config_Route_V3_Route {
  init(_ route: Route) {
    self.init()
    name = route.name
    match = Proto.RouteMatch(route.match)
    switch route.action {
    case .cluster(let name):
      self.route.cluster = name
    case .weightedClusters(let clusters):
      self.route.weightedClusters = Proto.WeightedCluster(clusters)
    case .unsupported:
      // Of all actions that a gRPC client can't perform the one that every client accepts: calls
      // that match it fail.
      nonForwardingAction = Envoy_Config_Route_V3_NonForwardingAction()
    }
  }
}

extension Envoy_Config_Route_V3_WeightedCluster {
  init(_ clusters: [WeightedCluster]) {
    self.init()
    self.clusters = clusters.map { cluster in
      var weighted = ClusterWeight()
      weighted.name = cluster.name
      weighted.weight = Proto.UInt32Wrapper(cluster.weight)
      return weighted
    }
    // grpc-go before 1.54 takes 100 where it is missing, and NACKs another sum.
    totalWeight = Proto.UInt32Wrapper(
      UInt32(clamping: clusters.reduce(0) { $0 + UInt64($1.weight) })
    )
  }
}

extension Envoy_Config_Route_V3_RouteMatch {
  init(_ match: RouteMatch) {
    self.init()
    switch match.path {
    case .prefix(let prefix): self.prefix = prefix
    case .exact(let path): self.path = path
    case .regex(let regex): safeRegex.regex = regex
    }
    // Always said: grpc-java takes false where it is missing, everyone else true.
    caseSensitive = Proto.BoolWrapper(match.caseSensitive)
    headers = match.headers.map(Proto.HeaderMatcher.init)
    if let fraction = match.fractionPerMillion {
      runtimeFraction.defaultValue.numerator = fraction
      runtimeFraction.defaultValue.denominator = .million
    }
  }
}

extension Envoy_Config_Route_V3_HeaderMatcher {
  init(_ matcher: HeaderMatcher) {
    self.init()
    name = matcher.name
    invertMatch = matcher.invert
    switch matcher.condition {
    case .exact(let text): stringMatch.exact = text
    case .prefix(let text): stringMatch.prefix = text
    case .suffix(let text): stringMatch.suffix = text
    case .contains(let text): stringMatch.contains = text
    case .regex(let regex): stringMatch.safeRegex.regex = regex
    case .range(let start, let end):
      rangeMatch.start = start
      rangeMatch.end = end
    case .present(let present): presentMatch = present
    }
  }
}
