/// Istio's DestinationRule: names subsets of a host's workloads.
package struct DestinationRule: Hashable, Sendable {
  package var name: ResourceName
  package var host: String
  package var subsets: [Subset]

  package init(name: ResourceName, host: String, subsets: [Subset]) {
    self.name = name
    self.host = host
    self.subsets = subsets
  }
}

/// A named slice of a host's workloads, chosen by label.
package struct Subset: Hashable, Sendable {
  package var name: String
  /// Every one of these must be among the workload's labels.
  package var labels: [String: String]

  package init(name: String, labels: [String: String]) {
    self.name = name
    self.labels = labels
  }

  package func selects(_ workload: Workload) -> Bool {
    workload.labels.hasAll(labels)
  }
}
