package import MeshModel

/// A Cluster: of type EDS over ADS, unless ``LoadBalancing/passthrough``.
package struct Cluster: Hashable, Sendable {
  package enum LoadBalancing: Hashable, Sendable {
    case roundRobin
    case leastRequest
    case random
    /// A ring of at least so many entries.
    case ringHash(minimumSize: UInt64)
    /// A table of this size, a prime.
    case maglev(size: UInt64)
    /// Calls go where they were going (ORIGINAL_DST); the cluster has no endpoints of its own.
    case passthrough
  }

  /// `outbound|port|subset|host`.
  package var name: String
  /// The name of its ClusterLoadAssignment; empty means the cluster's own.
  package var endpointsName: String
  package var loadBalancing: LoadBalancing
  /// Whether clients are asked to report load over the ADS server (`lrs_server: {self: {}}`).
  package var reportsLoad: Bool
  /// How new endpoints get their share bit by bit; nil where they get it at once.
  package var warmup: Warmup?
  /// Limits and times, as far as the profile's clients obey them.
  package var connectionPool: ConnectionPool
  package var outlierDetection: OutlierDetection?
  package var tls: ClientTLS?
  /// Whether the localities' weights decide how calls are shared among them, not the endpoints'
  /// alone; a matter of course for gRPC.
  package var sharesByLocality: Bool

  package init(
    name: String,
    endpointsName: String = "",
    loadBalancing: LoadBalancing = .roundRobin,
    reportsLoad: Bool = false,
    warmup: Warmup? = nil,
    connectionPool: ConnectionPool = ConnectionPool(),
    outlierDetection: OutlierDetection? = nil,
    tls: ClientTLS? = nil,
    sharesByLocality: Bool = false
  ) {
    self.name = name
    self.endpointsName = endpointsName
    self.loadBalancing = loadBalancing
    self.reportsLoad = reportsLoad
    self.warmup = warmup
    self.connectionPool = connectionPool
    self.outlierDetection = outlierDetection
    self.tls = tls
    self.sharesByLocality = sharesByLocality
  }

  /// The name to subscribe to with EDS.
  package var subscribedEndpointsName: String { endpointsName.isEmpty ? name : endpointsName }
}
