import MeshModel
import SwiftProtobuf
import XDSCore
import XDSProtos

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
      reportsLoad: try message.reportsLoad(),
      connectionPool: ConnectionPool(http: message.requestLimit)
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

  /// gRFC A32: of the first limits for calls of the default priority, the one of calls at a time.
  fileprivate var requestLimit: ConnectionPool.HTTP? {
    let limits = circuitBreakers.thresholds.first { $0.priority == .default }
    guard let limits, limits.hasMaxRequests else { return nil }
    return ConnectionPool.HTTP(http2MaxRequests: limits.maxRequests.value)
  }

  fileprivate func reportsLoad() throws(WireError) -> Bool {
    guard hasLrsServer else { return false }
    guard case .self_p = lrsServer.configSourceSpecifier else {
      throw WireError("lrs_server is \(lrsServer.summary); want self")
    }
    return true
  }
}
