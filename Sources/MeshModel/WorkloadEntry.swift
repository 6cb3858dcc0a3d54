/// Istio's WorkloadEntry: one running instance, to be chosen by the labels it has.
package struct WorkloadEntry: Hashable, Sendable {
  /// Where an instance listens, and what is known of it.
  package struct Endpoint: Hashable, Sendable {
    /// An IP address; gRPC and Envoy refuse names.
    package var address: String
    /// Its own port numbers by the name of the service's port; where one is missing, the service's
    /// `targetPort` holds, else the service's own number.
    package var ports: [String: UInt16]
    package var labels: [String: String]
    /// Share of its locality's calls, 1 or more.
    package var weight: UInt32
    package var locality: Locality
    package var health: Workload.Health
    /// `network` and `serviceAccount`, which no client gets.
    package var kept: [String: PlainValue]

    package init(
      address: String,
      ports: [String: UInt16] = [:],
      labels: [String: String] = [:],
      weight: UInt32 = 1,
      locality: Locality = Locality(),
      health: Workload.Health = .healthy,
      kept: [String: PlainValue] = [:]
    ) {
      self.address = address
      self.ports = ports
      self.labels = labels
      self.weight = weight
      self.locality = locality
      self.health = health
      self.kept = kept
    }
  }

  package var name: ResourceName
  package var endpoint: Endpoint
  /// What no client gets of it, kept for whoever reads it back.
  package var kept: KeptFields

  package init(name: ResourceName, endpoint: Endpoint, kept: KeptFields = KeptFields()) {
    self.name = name
    self.endpoint = endpoint
    self.kept = kept
  }
}

extension WorkloadEntry.Endpoint {
  /// Labels that tell an instance's version; the first that is there does.
  package static let versionLabels = ["version", "dubbogoAppVersion", "app.kubernetes.io/version"]

  /// What its labels say of its version; empty where they say nothing.
  package var workloadVersion: String {
    Self.versionLabels.lazy.compactMap { labels[$0] }.first { !$0.isEmpty } ?? ""
  }
}
