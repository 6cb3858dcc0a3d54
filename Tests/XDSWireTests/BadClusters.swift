import SwiftProtobuf
import XDSProtos

let badClusters: [Spoiled<Envoy_Config_Cluster_V3_Cluster>] = [
  .init("name is missing") { $0.name = "" },
  .init("type is STATIC; want EDS") { $0.clusterDiscoveryType = nil },
  .init("type is STRICT_DNS; want EDS") { $0.type = .strictDns },
  .init("type is 77; want EDS") { $0.type = .UNRECOGNIZED(77) },
  .init("cluster_type is envoy.clusters.aggregate; want type EDS") {
    $0.clusterType.name = "envoy.clusters.aggregate"
  },
  .init("eds_cluster_config.eds_config is missing") { $0.clearEdsClusterConfig() },
  .init("eds_config is path; want ads or self") {
    $0.edsClusterConfig.edsConfig.path = "/etc/endpoints"
  },
  .init("eds_config is missing or of an unknown kind; want ads or self") {
    $0.edsClusterConfig.edsConfig = .init()
  },
  .init("lb_policy is MAGLEV; want ROUND_ROBIN or RING_HASH") { $0.lbPolicy = .maglev },
  .init(
    """
    load_balancing_policy has google.protobuf.Empty; \
    want envoy.extensions.load_balancing_policies.round_robin.v3.RoundRobin or \
    envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash
    """
  ) { cluster in
    var policy = Envoy_Config_Cluster_V3_LoadBalancingPolicy.Policy()
    policy.typedExtensionConfig.typedConfig = try .init(message: Google_Protobuf_Empty())
    cluster.loadBalancingPolicy.policies = [policy]
  },
  .init("lrs_server is ads; want self") { $0.lrsServer.ads = .init() },
  .init("transport_socket is envoy.transport_sockets.tls; want none: no TLS here") {
    $0.transportSocket.name = "envoy.transport_sockets.tls"
  },
  .init("transport_socket_matches are set; want none") { $0.transportSocketMatches = [.init()] },
]
