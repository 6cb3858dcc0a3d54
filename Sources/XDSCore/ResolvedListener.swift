/// All that a client needs for the calls to one dial target, as received over xDS.
package struct ResolvedListener: Hashable, Sendable {
  /// The dial target.
  package var listenerName: String
  package var routeConfiguration: RouteConfiguration
  /// The `version_info` of the response that brought the route configuration.
  package var routeVersion: String
  /// By cluster name: one for each that a route sends calls to.
  package var clusters: [String: ResolvedCluster]

  package init(
    listenerName: String,
    routeConfiguration: RouteConfiguration,
    routeVersion: String,
    clusters: [String: ResolvedCluster]
  ) {
    self.listenerName = listenerName
    self.routeConfiguration = routeConfiguration
    self.routeVersion = routeVersion
    self.clusters = clusters
  }
}

/// A cluster and its endpoints, or why calls to it fail.
package struct ResolvedCluster: Hashable, Sendable {
  /// nil where CDS has none.
  package var cluster: Cluster?
  /// nil exactly where ``failure`` is set.
  package var endpoints: ClusterLoadAssignment?
  /// One sentence: why calls to the cluster fail, such as `cluster x does not exist`.
  package var failure: String?

  package init(cluster: Cluster, endpoints: ClusterLoadAssignment) {
    self.cluster = cluster
    self.endpoints = endpoints
  }

  package init(cluster: Cluster?, failure: String) {
    self.cluster = cluster
    self.failure = failure
  }
}
