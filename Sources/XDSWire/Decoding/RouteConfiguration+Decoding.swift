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
    // What a route says of its own goes before what its virtual host says (gRFC A39, A44).
    let settings = RouteSettings(
      retry: message.hasRetryPolicy ? try message.retryPolicy.decoded() : nil,
      fault: try fault(in: message.typedPerFilterConfig)
    )
    var routes: [Route] = []
    for (index, route) in message.routes.enumerated() {
      let place = route.name.isEmpty ? "routes[\(index)]" : "route \(route.name)"
      let decoded = try within(place) { () throws(WireError) in try Route(route, settings) }
      if let decoded { routes.append(decoded) }
    }
    self.init(name: message.name, domains: message.domains, routes: routes)
  }
}

extension Route {
  /// Decodes a route; nil for one that gRPC clients leave out.
  fileprivate init?(
    _ message: Envoy_Config_Route_V3_Route,
    _ inherited: RouteSettings
  ) throws(WireError) {
    guard message.hasMatch else { throw WireError("match is missing") }
    guard let match = try RouteMatch(message.match) else { return nil }
    var settings = inherited
    if let fault = try fault(in: message.typedPerFilterConfig) { settings.fault = fault }
    if case .route(let route) = message.action { try settings.read(route) }
    guard let action = try message.decodedAction() else { return nil }
    self.init(name: message.name, match: match, action: action, settings: settings)
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
      if try fault(in: cluster.typedPerFilterConfig) != nil {
        throw WireError("\(cluster.name) has a fault of its own; want it on the route")
      }
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
