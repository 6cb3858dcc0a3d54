import SwiftProtobuf
import XDSCore
import XDSProtos

/// The one entry of `load_balancing_policy` that this client knows.
private let roundRobinPolicy =
  "envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin"

extension Cluster {
  /// Decodes a cluster of type EDS (gRFC A27, A52).
  init(_ message: Envoy_Config_Cluster_V3_Cluster) throws(WireError) {
    guard !message.name.isEmpty else { throw WireError("name is missing") }
    try message.checkDiscovery()
    try message.checkTransport()
    self.init(
      name: message.name,
      endpointsName: message.edsClusterConfig.serviceName,
      loadBalancing: try message.loadBalancing(),
      reportsLoad: try message.reportsLoad()
    )
  }
}

extension Envoy_Config_Cluster_V3_Cluster {
  fileprivate func checkDiscovery() throws(WireError) {
    if case .clusterType(let custom) = clusterDiscoveryType {
      throw WireError("cluster_type is \(custom.name); want type EDS")
    }
    guard type == .eds else {
      throw WireError("type is \(type.schemaName); want EDS")
    }
    guard hasEdsClusterConfig, edsClusterConfig.hasEdsConfig else {
      throw WireError("eds_cluster_config.eds_config is missing")
    }
    let source = edsClusterConfig.edsConfig
    guard source.isSameStream else {
      throw WireError("eds_config is \(source.summary); want ads or self")
    }
  }

  /// A client that ignored these would send in the clear what was meant to be encrypted.
  fileprivate func checkTransport() throws(WireError) {
    guard !hasTransportSocket else {
      throw WireError("transport_socket is \(transportSocket.name); want none: no TLS here")
    }
    guard transportSocketMatches.isEmpty else {
      throw WireError("transport_socket_matches are set; want none")
    }
  }

  /// `load_balancing_policy` goes before `lb_policy`; of its list the first that is known counts.
  fileprivate func loadBalancing() throws(WireError) -> Cluster.LoadBalancing {
    if hasLoadBalancingPolicy {
      let types = loadBalancingPolicy.policies.map(\.typedExtensionConfig.typedConfig.typeName)
      guard types.contains(roundRobinPolicy) else {
        throw WireError(
          "load_balancing_policy has \(types.joined(separator: ", ")); want \(roundRobinPolicy)"
        )
      }
      return .roundRobin
    }
    guard lbPolicy == .roundRobin else {
      throw WireError("lb_policy is \(lbPolicy.schemaName); want ROUND_ROBIN")
    }
    return .roundRobin
  }

  fileprivate func reportsLoad() throws(WireError) -> Bool {
    guard hasLrsServer else { return false }
    guard case .self_p = lrsServer.configSourceSpecifier else {
      throw WireError("lrs_server is \(lrsServer.summary); want self")
    }
    return true
  }
}
