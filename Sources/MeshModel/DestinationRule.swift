/// Istio's DestinationRule: names subsets of a host's workloads, and says how they are called.
package struct DestinationRule: Hashable, Sendable {
  package var name: ResourceName
  package var host: String
  package var subsets: [Subset]
  /// Of all calls to the host, unless a subset or a port says otherwise.
  package var trafficPolicy: TrafficPolicy?
  /// Labels that the callers must have for whom it holds; nil for all of them.
  package var workloadSelector: [String: String]?
  /// What no client gets of it, kept for whoever reads it back.
  package var kept: KeptFields

  package init(
    name: ResourceName,
    host: String,
    subsets: [Subset],
    trafficPolicy: TrafficPolicy? = nil,
    workloadSelector: [String: String]? = nil,
    kept: KeptFields = KeptFields()
  ) {
    self.name = name
    self.host = host
    self.subsets = subsets
    self.trafficPolicy = trafficPolicy
    self.workloadSelector = workloadSelector
    self.kept = kept
  }
}

/// A named slice of a host's workloads, chosen by label.
package struct Subset: Hashable, Sendable {
  package var name: String
  /// Every one of these must be among the workload's labels.
  package var labels: [String: String]
  /// What it says wins over the DestinationRule's own, part by part.
  package var trafficPolicy: TrafficPolicy?

  package init(name: String, labels: [String: String], trafficPolicy: TrafficPolicy? = nil) {
    self.name = name
    self.labels = labels
    self.trafficPolicy = trafficPolicy
  }

  package func selects(_ workload: Workload) -> Bool {
    workload.labels.hasAll(labels)
  }
}
