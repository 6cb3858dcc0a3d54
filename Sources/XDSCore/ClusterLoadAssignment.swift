/// A ClusterLoadAssignment: the endpoints of one cluster.
package struct ClusterLoadAssignment: Hashable, Sendable {
  package var clusterName: String
  package var localities: [LocalityEndpoints]

  package init(clusterName: String, localities: [LocalityEndpoints]) {
    self.clusterName = clusterName
    self.localities = localities
  }

  /// The endpoints that may get calls, in order, priorities aside.
  package var usableEndpoints: [Endpoint] {
    localities.filter { $0.weight > 0 }.flatMap(\.endpoints).filter(\.health.isUsable)
  }
}

package struct LocalityEndpoints: Hashable, Sendable {
  package var region: String
  package var zone: String
  package var subZone: String
  /// Share of the assignment's calls; clients ignore a locality whose weight is 0.
  package var weight: UInt32
  /// 0 is tried first; there must be no gap.
  package var priority: UInt32
  package var endpoints: [Endpoint]

  package init(
    region: String = "",
    zone: String = "",
    subZone: String = "",
    weight: UInt32,
    priority: UInt32 = 0,
    endpoints: [Endpoint]
  ) {
    self.region = region
    self.zone = zone
    self.subZone = subZone
    self.weight = weight
    self.priority = priority
    self.endpoints = endpoints
  }
}

package struct Endpoint: Hashable, Sendable {
  package enum Health: UInt8, Hashable, Sendable {
    case unknown, healthy, unhealthy, draining, timeout, degraded

    /// Proxyless gRPC sends calls to unknown and healthy endpoints only (gRFC A27).
    package var isUsable: Bool { self == .unknown || self == .healthy }
  }

  /// An IP address.
  package var address: String
  package var port: UInt16
  package var health: Health
  /// 1 or more.
  package var weight: UInt32

  package init(address: String, port: UInt16, health: Health = .healthy, weight: UInt32 = 1) {
    self.address = address
    self.port = port
    self.health = health
    self.weight = weight
  }

  /// `address:port`, IPv6 in brackets.
  package var hostPort: String {
    address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}
