import MeshModel
import SwiftProtobuf
import XDSCore
import XDSProtos

extension Envoy_Config_Cluster_V3_Cluster {
  /// How endpoints are chosen, in the older fields wherever those can say it.
  mutating func setLoadBalancing(
    _ loadBalancing: Cluster.LoadBalancing,
    warmup: Warmup?,
    profile: NodeProfile
  ) throws {
    switch loadBalancing {
    case .roundRobin:
      lbPolicy = .roundRobin
      if let warmup { roundRobinLbConfig.slowStartConfig = SlowStartConfig(warmup) }
    case .leastRequest where !profile.isProxy:
      lbPolicy = .roundRobin
      loadBalancingPolicy = try .leastRequestIfKnown()
    case .leastRequest:
      lbPolicy = .leastRequest
      if let warmup { leastRequestLbConfig.slowStartConfig = SlowStartConfig(warmup) }
    case .random:
      lbPolicy = .random
    case .ringHash(let size):
      lbPolicy = .ringHash
      ringHashLbConfig.minimumRingSize = Google_Protobuf_UInt64Value(size)
    case .maglev(let size):
      lbPolicy = .maglev
      maglevLbConfig.tableSize = Google_Protobuf_UInt64Value(size)
    case .passthrough:
      lbPolicy = .clusterProvided
    }
  }
}

extension Envoy_Config_Cluster_V3_LoadBalancingPolicy {
  /// For gRPC clients, of which some know `least_request` and others refuse its older field: the
  /// first of a list that a client knows counts (gRFC A52).
  fileprivate static func leastRequestIfKnown() throws -> Self {
    var locality = Proto.WRRLocality()
    locality.endpointPickingPolicy.policies = [
      try Policy("least_request", Proto.LeastRequest()),
      try Policy("round_robin", Proto.RoundRobin()),
    ]
    var policy = Self()
    policy.policies = [try Policy("wrr_locality", locality)]
    return policy
  }
}

extension Envoy_Config_Cluster_V3_LoadBalancingPolicy.Policy {
  fileprivate init(_ name: String, _ configuration: some Message) throws {
    self.init()
    typedExtensionConfig.name = "envoy.load_balancing_policies.\(name)"
    typedExtensionConfig.typedConfig = try Proto.AnyMessage(packing: configuration)
  }
}

extension Envoy_Config_Cluster_V3_Cluster.SlowStartConfig {
  fileprivate init(_ warmup: Warmup) {
    self.init()
    slowStartWindow = Proto.Duration(warmup.duration)
    // Envoy refuses what isn't above 0, and percentages above 100.
    if let aggression = warmup.aggression, aggression > 0 {
      self.aggression.defaultValue = aggression
      self.aggression.runtimeKey = "weir.warmup.aggression"
    }
    if let percent = warmup.minimumPercent { minWeightPercent.value = min(max(percent, 0), 100) }
  }
}
