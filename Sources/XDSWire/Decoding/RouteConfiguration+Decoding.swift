import SwiftProtobuf
import XDSCore
import XDSProtos

extension RouteConfiguration {
  /// Decodes a route configuration (gRFC A28); one without virtual hosts is valid.
  init(_ message: Envoy_Config_Route_V3_RouteConfiguration) throws(WireError) {
    guard !message.name.isEmpty else { throw WireError("name is missing") }
    var domains: Set<String> = []
    var hosts: [VirtualHost] = []
    for host in message.virtualHosts {
      for domain in host.domains where !domains.insert(domain).inserted {
        throw WireError("domain \(domain) is there twice")
      }
      hosts.append(
        try within("virtual host \(host.name)") { () throws(WireError) in try VirtualHost(host) }
      )
    }
    self.init(name: message.name, virtualHosts: hosts)
  }
}

extension VirtualHost {
  fileprivate init(_ message: Envoy_Config_Route_V3_VirtualHost) throws(WireError) {
    guard !message.domains.isEmpty else { throw WireError("domains are missing") }
    try checkFilterConfiguration(message.typedPerFilterConfig)
    if message.hasRetryPolicy { try message.retryPolicy.check() }
    var routes: [Route] = []
    for (index, route) in message.routes.enumerated() {
      let place = route.name.isEmpty ? "routes[\(index)]" : "route \(route.name)"
      let decoded = try within(place) { () throws(WireError) in try Route(route) }
      if let decoded { routes.append(decoded) }
    }
    self.init(name: message.name, domains: message.domains, routes: routes)
  }
}

extension Route {
  /// Decodes a route; nil for one that gRPC clients leave out.
  fileprivate init?(_ message: Envoy_Config_Route_V3_Route) throws(WireError) {
    guard message.hasMatch else { throw WireError("match is missing") }
    guard let match = try RouteMatch(message.match) else { return nil }
    try checkFilterConfiguration(message.typedPerFilterConfig)
    guard let action = try message.decodedAction() else { return nil }
    self.init(name: message.name, match: match, action: action)
  }
}

extension Envoy_Config_Route_V3_Route {
  /// nil where gRPC clients leave the route out.
  fileprivate func decodedAction() throws(WireError) -> RouteAction? {
    switch action {
    case .route(let route): try route.decoded()
    case .redirect: .unsupported("redirect")
    case .directResponse: .unsupported("direct_response")
    case .filterAction: .unsupported("filter_action")
    case .nonForwardingAction: .unsupported("non_forwarding_action")
    case nil: .unsupported("no action")
    }
  }
}

extension Envoy_Config_Route_V3_RouteAction {
  fileprivate func decoded() throws(WireError) -> RouteAction? {
    if hasRetryPolicy { try retryPolicy.check() }
    switch clusterSpecifier {
    case .cluster(let name):
      guard !name.isEmpty else { throw WireError("cluster is empty") }
      return .cluster(name)
    case .weightedClusters(let weighted):
      return .weightedClusters(try weighted.decoded())
    case .clusterHeader:
      return nil
    case .clusterSpecifierPlugin(let name):
      throw WireError("cluster_specifier_plugin is \(name); want cluster or weighted_clusters")
    case nil:
      throw WireError("route names no cluster; want cluster or weighted_clusters")
    }
  }
}

extension Envoy_Config_Route_V3_WeightedCluster {
  /// The clusters that can get calls: those of weight 0 are left out.
  fileprivate func decoded() throws(WireError) -> [WeightedCluster] {
    var decoded: [WeightedCluster] = []
    for cluster in clusters {
      guard !cluster.name.isEmpty else { throw WireError("a weighted cluster has no name") }
      guard cluster.hasWeight else {
        throw WireError("weight of \(cluster.name) is missing; want one, 0 or more")
      }
      try checkFilterConfiguration(cluster.typedPerFilterConfig)
      guard cluster.weight.value > 0 else { continue }
      decoded.append(WeightedCluster(name: cluster.name, weight: cluster.weight.value))
    }
    let sum = decoded.reduce(0) { $0 + UInt64($1.weight) }
    guard sum > 0, sum <= UInt64(UInt32.max) else {
      throw WireError("weights sum to \(sum); want from 1 to 4294967295")
    }
    return decoded
  }
}

extension Envoy_Config_Route_V3_RetryPolicy {
  /// gRFC A44; the policy itself is not followed here.
  fileprivate func check() throws(WireError) {
    guard !hasNumRetries || numRetries.value > 0 else {
      throw WireError("retry_policy.num_retries is 0; want 1 or more")
    }
    guard !hasRetryBackOff || retryBackOff.hasBaseInterval else {
      throw WireError("retry_policy.retry_back_off.base_interval is missing")
    }
  }
}

/// Refuses what configures a filter, unless it may be ignored (gRFC A39).
private func checkFilterConfiguration(
  _ configurations: [String: Google_Protobuf_Any]
) throws(WireError) {
  for (name, packed) in configurations.sorted(by: { $0.key < $1.key }) {
    let place = "typed_per_filter_config[\(name)]"
    if packed.isA(Proto.FilterConfig.self) {
      let wrapper = try packed.unpacked(as: Proto.FilterConfig.self, place)
      if wrapper.isOptional { continue }
    }
    throw WireError("\(place) is \(packed.typeName); want none, or an optional FilterConfig")
  }
}
