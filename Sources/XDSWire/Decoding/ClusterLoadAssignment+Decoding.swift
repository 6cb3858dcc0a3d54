import MeshModel
import SwiftProtobuf
import XDSCore
import XDSProtos

extension ClusterLoadAssignment {
  /// Decodes an assignment (gRFC A27).
  ///
  /// Localities without weight are left out, as every gRPC client does; an assignment without any
  /// is valid: calls fail with UNAVAILABLE.
  init(_ message: Envoy_Config_Endpoint_V3_ClusterLoadAssignment) throws(WireError) {
    guard !message.clusterName.isEmpty else { throw WireError("cluster_name is missing") }
    guard message.policy.dropOverloads.isEmpty else {
      throw WireError("policy.drop_overloads are set; want none: calls can't be dropped here")
    }
    var localities: [LocalityEndpoints] = []
    for (index, locality) in message.endpoints.enumerated() {
      let decoded = try within("endpoints[\(index)]") { () throws(WireError) in
        try LocalityEndpoints(locality)
      }
      if let decoded { localities.append(decoded) }
    }
    try checkPriorities(localities)
    try checkDuplicates(localities)
    self.init(clusterName: message.clusterName, localities: localities)
  }
}

/// Whether the priorities are 0, 1, ..., and the weights in each fit 32 bits.
private func checkPriorities(_ localities: [LocalityEndpoints]) throws(WireError) {
  var weights: [UInt32: UInt64] = [:]
  for locality in localities { weights[locality.priority, default: 0] += UInt64(locality.weight) }
  for (wanted, priority) in weights.keys.sorted().enumerated() where priority != wanted {
    throw WireError("priority \(priority) without a priority \(wanted); want no gap")
  }
  for (priority, sum) in weights where sum > UInt64(UInt32.max) {
    throw WireError("weights of priority \(priority) sum to \(sum); want at most 4294967295")
  }
}

private func checkDuplicates(_ localities: [LocalityEndpoints]) throws(WireError) {
  var places: Set<[String]> = []
  var addresses: Set<String> = []
  for locality in localities {
    let place = [locality.region, locality.zone, locality.subZone]
    guard places.insert(place + ["\(locality.priority)"]).inserted else {
      throw WireError("locality \(place.joined(separator: "/")) is there twice")
    }
    for endpoint in locality.endpoints where !addresses.insert(endpoint.hostPort).inserted {
      throw WireError("endpoint \(endpoint.hostPort) is there twice")
    }
  }
}

extension LocalityEndpoints {
  /// Decodes a locality; nil where it has no weight.
  fileprivate init?(
    _ message: Envoy_Config_Endpoint_V3_LocalityLbEndpoints
  ) throws(WireError) {
    guard message.hasLocality else { throw WireError("locality is missing; want {} at least") }
    let weight = message.loadBalancingWeight.value
    guard weight > 0 else { return nil }
    var endpoints: [Endpoint] = []
    endpoints.reserveCapacity(message.lbEndpoints.count)
    for (index, endpoint) in message.lbEndpoints.enumerated() {
      endpoints.append(
        try within("lb_endpoints[\(index)]") { () throws(WireError) in try Endpoint(endpoint) }
      )
    }
    let sum = endpoints.reduce(0) { $0 + UInt64($1.weight) }
    guard sum <= UInt64(UInt32.max) else {
      throw WireError("endpoint weights sum to \(sum); want at most 4294967295")
    }
    self.init(
      region: message.locality.region,
      zone: message.locality.zone,
      subZone: message.locality.subZone,
      weight: weight,
      priority: message.priority,
      endpoints: endpoints
    )
  }
}

extension Endpoint {
  fileprivate init(_ message: Envoy_Config_Endpoint_V3_LbEndpoint) throws(WireError) {
    guard case .endpoint(let endpoint) = message.hostIdentifier else {
      throw WireError("endpoint is missing")
    }
    guard case .socketAddress(let socket) = endpoint.address.address else {
      throw WireError("address is not a socket_address")
    }
    guard socket.protocol == .tcp else { throw WireError("protocol is not TCP") }
    guard let address = IPAddressText.canonical(socket.address) else {
      throw WireError("address is \"\(socket.address)\"; want an IP address")
    }
    guard case .portValue(let number) = socket.portSpecifier else {
      throw WireError("port_value is missing")
    }
    guard let port = UInt16(exactly: number) else {
      throw WireError("port_value is \(number); want at most 65535")
    }
    let weight = message.hasLoadBalancingWeight ? message.loadBalancingWeight.value : 1
    guard weight > 0 else { throw WireError("load_balancing_weight is 0; want 1 or more") }
    self.init(
      address: address,
      port: port,
      health: Health(message.healthStatus),
      weight: weight
    )
  }
}

extension Endpoint.Health {
  fileprivate init(_ status: Envoy_Config_Core_V3_HealthStatus) {
    switch status {
    case .unknown: self = .unknown
    case .healthy: self = .healthy
    case .draining: self = .draining
    case .timeout: self = .timeout
    case .degraded: self = .degraded
    // A status that this client doesn't know is none that it may send calls to.
    case .unhealthy, .UNRECOGNIZED: self = .unhealthy
    }
  }
}
