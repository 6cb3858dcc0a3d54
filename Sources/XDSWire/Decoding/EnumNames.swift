import XDSProtos

extension Envoy_Config_Cluster_V3_Cluster.DiscoveryType {
  /// The name in the schema, for errors; a number where the schema has none.
  var schemaName: String {
    switch self {
    case .static: "STATIC"
    case .strictDns: "STRICT_DNS"
    case .logicalDns: "LOGICAL_DNS"
    case .eds: "EDS"
    case .originalDst: "ORIGINAL_DST"
    case .UNRECOGNIZED(let value): "\(value)"
    }
  }
}

extension Envoy_Config_Cluster_V3_Cluster.LbPolicy {
  /// The name in the schema, for errors; a number where the schema has none.
  var schemaName: String {
    switch self {
    case .roundRobin: "ROUND_ROBIN"
    case .leastRequest: "LEAST_REQUEST"
    case .ringHash: "RING_HASH"
    case .random: "RANDOM"
    case .maglev: "MAGLEV"
    case .clusterProvided: "CLUSTER_PROVIDED"
    case .loadBalancingPolicyConfig: "LOAD_BALANCING_POLICY_CONFIG"
    case .UNRECOGNIZED(let value): "\(value)"
    }
  }
}
