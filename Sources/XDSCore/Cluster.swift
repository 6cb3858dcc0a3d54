/// A Cluster of type EDS over ADS.
package struct Cluster: Hashable, Sendable {
  package enum LoadBalancing: Hashable, Sendable {
    case roundRobin
  }

  /// `outbound|port|subset|host`.
  package var name: String
  /// The name of its ClusterLoadAssignment; empty means the cluster's own.
  package var endpointsName: String
  package var loadBalancing: LoadBalancing
  /// Whether clients are asked to report load over the ADS server (`lrs_server: {self: {}}`).
  package var reportsLoad: Bool

  package init(
    name: String,
    endpointsName: String = "",
    loadBalancing: LoadBalancing = .roundRobin,
    reportsLoad: Bool = false
  ) {
    self.name = name
    self.endpointsName = endpointsName
    self.loadBalancing = loadBalancing
    self.reportsLoad = reportsLoad
  }

  /// The name to subscribe to with EDS.
  package var subscribedEndpointsName: String { endpointsName.isEmpty ? name : endpointsName }
}
