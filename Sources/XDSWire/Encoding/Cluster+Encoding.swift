import MeshModel
import SwiftProtobuf
import XDSCore
import XDSProtos

/// How long a proxy tries to connect to an endpoint, in microseconds.
private let proxyConnectTimeout: UInt64 = 3_000_000

/// Where a cluster's options hang that say how a proxy talks to its endpoints.
private let protocolOptionsKey = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"

extension Envoy_Config_Cluster_V3_Cluster {
  init(_ cluster: Cluster, profile: NodeProfile) throws {
    self.init()
    name = cluster.name
    if cluster.loadBalancing == .passthrough {
      type = .originalDst
    } else {
      type = .eds
      edsClusterConfig.edsConfig = .sameStream
      edsClusterConfig.serviceName = cluster.endpointsName
    }
    try setLoadBalancing(cluster.loadBalancing, warmup: cluster.warmup, profile: profile)
    if let breakers = Envoy_Config_Cluster_V3_CircuitBreakers(cluster.connectionPool) {
      circuitBreakers = breakers
    }
    if cluster.reportsLoad { lrsServer = .sameServer }
    if profile.isProxy { try setProxyOptions(cluster) }
  }

  private mutating func setProxyOptions(_ cluster: Cluster) throws {
    let pool = cluster.connectionPool
    connectTimeout =
      pool.tcp?.connectTimeout.map { Proto.Duration($0) }
      ?? Proto.Duration(microseconds: proxyConnectTimeout)
    if let keepalive = pool.tcp?.keepalive {
      upstreamConnectionOptions.tcpKeepalive = Envoy_Config_Core_V3_TcpKeepalive(keepalive)
    }
    // Without, it sends calls to unhealthy endpoints once most are.
    commonLbConfig.healthyPanicThreshold = Envoy_Type_V3_Percent()
    if let percent = cluster.outlierDetection?.minHealthPercent {
      commonLbConfig.healthyPanicThreshold.value = Double(min(percent, 100))
    }
    if cluster.sharesByLocality { commonLbConfig.localityWeightedLbConfig = .init() }
    if let detection = cluster.outlierDetection {
      outlierDetection = Envoy_Config_Cluster_V3_OutlierDetection(detection)
    }
    if let tls = cluster.tls { transportSocket = try Envoy_Config_Core_V3_TransportSocket(tls) }
    typedExtensionProtocolOptions[protocolOptionsKey] = try Proto.AnyMessage(
      packing: Proto.ProtocolOptions(pool)
    )
  }
}

extension Envoy_Config_Endpoint_V3_ClusterLoadAssignment {
  init(_ assignment: ClusterLoadAssignment) {
    self.init()
    clusterName = assignment.clusterName
    endpoints = assignment.localities.map(Proto.LocalityLbEndpoints.init)
  }
}

extension Envoy_Config_Endpoint_V3_LocalityLbEndpoints {
  init(_ endpoints: LocalityEndpoints) {
    self.init()
    // Set even if empty: clients NACK an assignment whose locality is missing.
    locality = Envoy_Config_Core_V3_Locality()
    locality.region = endpoints.region
    locality.zone = endpoints.zone
    locality.subZone = endpoints.subZone
    loadBalancingWeight = Proto.UInt32Wrapper(endpoints.weight)
    priority = endpoints.priority
    lbEndpoints = endpoints.endpoints.map(Proto.LbEndpoint.init)
  }
}

extension Envoy_Config_Endpoint_V3_LbEndpoint {
  init(_ endpoint: Endpoint) {
    self.init()
    self.endpoint.address.socketAddress.address = endpoint.address
    self.endpoint.address.socketAddress.portValue = UInt32(endpoint.port)
    healthStatus = Proto.HealthStatus(endpoint.health)
    loadBalancingWeight = Proto.UInt32Wrapper(endpoint.weight)
  }
}

extension Envoy_Config_Core_V3_HealthStatus {
  init(_ health: Endpoint.Health) {
    switch health {
    case .unknown: self = .unknown
    case .healthy: self = .healthy
    case .unhealthy: self = .unhealthy
    case .draining: self = .draining
    case .timeout: self = .timeout
    case .degraded: self = .degraded
    }
  }
}
