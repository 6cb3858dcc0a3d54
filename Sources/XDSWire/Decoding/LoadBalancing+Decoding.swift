import SwiftProtobuf
import XDSCore
import XDSProtos

/// The largest ring that may be asked for, as gRPC's clients have it.
private let largestRing: UInt64 = 8_388_608
private let defaultSmallestRing: UInt64 = 1024

extension Envoy_Config_Cluster_V3_Cluster {
  /// `load_balancing_policy` goes before `lb_policy`; of its list the first that is known counts.
  func loadBalancing() throws(WireError) -> Cluster.LoadBalancing {
    if hasLoadBalancingPolicy {
      guard let known = try loadBalancingPolicy.firstKnown() else {
        let types = loadBalancingPolicy.policies.map(\.typedExtensionConfig.typedConfig.typeName)
        throw WireError(
          "load_balancing_policy has \(types.joined(separator: ", ")); "
            + "want \(Proto.RoundRobin.protoMessageName) or \(Proto.RingHash.protoMessageName)"
        )
      }
      return known
    }
    switch lbPolicy {
    case .roundRobin:
      return .roundRobin
    case .ringHash:
      guard ringHashLbConfig.hashFunction == .xxHash else {
        throw WireError("ring_hash_lb_config.hash_function is not XX_HASH")
      }
      return try ringHash(
        ringHashLbConfig.hasMinimumRingSize ? ringHashLbConfig.minimumRingSize.value : nil,
        ringHashLbConfig.hasMaximumRingSize ? ringHashLbConfig.maximumRingSize.value : nil
      )
    case .leastRequest, .random, .maglev, .clusterProvided, .loadBalancingPolicyConfig,
      .UNRECOGNIZED:
      throw WireError("lb_policy is \(lbPolicy.schemaName); want ROUND_ROBIN or RING_HASH")
    }
  }
}

extension Envoy_Config_Cluster_V3_LoadBalancingPolicy {
  /// The first that is known, nil where none is; a list in a list counts as what it comes to (gRFC
  /// A52), down to a depth of so many.
  fileprivate func firstKnown(depth: Int = 4) throws(WireError) -> Cluster.LoadBalancing? {
    for policy in policies {
      let packed = policy.typedExtensionConfig.typedConfig
      if packed.isA(Proto.RoundRobin.self) { return .roundRobin }
      if packed.isA(Proto.RingHash.self) {
        let ring = try packed.unpacked(as: Proto.RingHash.self, "load_balancing_policy")
        guard ring.hashFunction == .defaultHash || ring.hashFunction == .xxHash else {
          throw WireError("load_balancing_policy: hash_function is not XX_HASH")
        }
        return try ringHash(
          ring.hasMinimumRingSize ? ring.minimumRingSize.value : nil,
          ring.hasMaximumRingSize ? ring.maximumRingSize.value : nil
        )
      }
      guard packed.isA(Proto.WRRLocality.self), depth > 0 else { continue }
      let locality = try packed.unpacked(as: Proto.WRRLocality.self, "load_balancing_policy")
      if let known = try locality.endpointPickingPolicy.firstKnown(depth: depth - 1) {
        return known
      }
    }
    return nil
  }
}

/// gRFC A42: neither size is above 8 million, nor the least above the most.
private func ringHash(_ least: UInt64?, _ most: UInt64?) throws(WireError) -> Cluster.LoadBalancing
{
  let (size, limit) = (least ?? defaultSmallestRing, most ?? largestRing)
  guard size <= limit, limit <= largestRing else {
    throw WireError(
      "the ring's sizes are \(size) to \(limit); want the first no larger than the second, and "
        + "that at most \(largestRing)"
    )
  }
  return .ringHash(minimumSize: size)
}
