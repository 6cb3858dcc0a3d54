import SwiftProtobuf
import XDSCore
import XDSProtos

extension Envoy_Config_Cluster_V3_Cluster {
  init(_ cluster: Cluster) {
    self.init()
    name = cluster.name
    type = .eds
    edsClusterConfig.edsConfig = .sameStream
    edsClusterConfig.serviceName = cluster.endpointsName
    switch cluster.loadBalancing {
    case .roundRobin: lbPolicy = .roundRobin
    }
    if cluster.reportsLoad { lrsServer = .sameServer }
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
