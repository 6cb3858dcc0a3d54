/// Istio's ServiceEntry: hosts that clients may call, and what serves them.
package struct ServiceEntry: Hashable, Sendable {
  package struct Port: Hashable, Sendable {
    package var number: UInt16
    /// Unique among the entry's ports.
    package var name: String
    /// Istio's word for what is spoken, such as `GRPC`; empty where the file says nothing.
    package var protocolName: String
    /// Where workloads listen that don't say it themselves; nil means ``number``.
    package var targetPort: UInt16?

    package init(
      number: UInt16,
      name: String,
      protocolName: String = "",
      targetPort: UInt16? = nil
    ) {
      self.number = number
      self.name = name
      self.protocolName = protocolName
      self.targetPort = targetPort
    }
  }

  package enum Location: String, CaseIterable, Hashable, Sendable {
    case meshExternal = "MESH_EXTERNAL"
    case meshInternal = "MESH_INTERNAL"
  }

  package var name: ResourceName
  /// Each is a service of its own; a name without a dot belongs to the namespace of ``name``.
  package var hosts: [String]
  /// IP addresses of the hosts themselves: see ``MeshService/addresses``.
  package var addresses: [String]
  package var ports: [Port]
  package var location: Location
  /// What serves the hosts; empty where ``workloadSelector`` tells it.
  package var endpoints: [WorkloadEntry.Endpoint]
  /// Labels that a WorkloadEntry of the same namespace must have to serve the hosts; nil where
  /// ``endpoints`` tell it.
  package var workloadSelector: [String: String]?
  /// What no client gets of it, kept for whoever reads it back.
  package var kept: KeptFields

  package init(
    name: ResourceName,
    hosts: [String],
    addresses: [String] = [],
    ports: [Port],
    location: Location = .meshExternal,
    endpoints: [WorkloadEntry.Endpoint] = [],
    workloadSelector: [String: String]? = nil,
    kept: KeptFields = KeptFields()
  ) {
    self.name = name
    self.hosts = hosts
    self.addresses = addresses
    self.ports = ports
    self.location = location
    self.endpoints = endpoints
    self.workloadSelector = workloadSelector
    self.kept = kept
  }
}

extension ServiceEntry {
  /// What ``kept`` calls how addresses are found; nil for `STATIC`, which alone is applied.
  package var unappliedResolution: String? {
    guard case .string(let resolution)? = kept.spec["resolution"] else { return nil }
    return resolution
  }
}
