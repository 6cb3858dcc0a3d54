/// A service of the mesh: a host and its ports.
package struct MeshService: Hashable, Sendable {
  package struct Port: Hashable, Sendable {
    package var name: String
    package var number: UInt16

    package init(name: String, number: UInt16) {
      self.name = name
      self.number = number
    }
  }

  package var host: HostName
  package var ports: [Port]
  /// IP addresses of its own, such as `127.0.0.77`: where an Envoy listens for its callers.
  ///
  /// Without one it listens on 127.0.0.1, together with the other services of the port.
  package var addresses: [String]

  package init(host: HostName, ports: [Port], addresses: [String] = []) {
    self.host = host
    self.ports = ports
    self.addresses = addresses
  }
}

/// A running instance of a service, and where it listens.
package struct Workload: Hashable, Sendable, Identifiable {
  package enum Health: String, Hashable, Sendable {
    case healthy, unhealthy, draining
  }

  /// Unique in the mesh, such as `dubbo-go-server-v1-1`.
  package var id: String
  /// The host of the service that it belongs to.
  package var host: HostName
  /// An IP address, never a host name: gRPC and Envoy refuse names in endpoints.
  package var address: String
  package var port: UInt16
  /// What it answers with, such as `v1.0.0`.
  package var workloadVersion: String
  package var labels: [String: String]
  package var health: Health
  /// Share of its locality's calls, 1 or more.
  package var weight: UInt32
  package var locality: Locality
  /// Port numbers of the service's other ports on this workload, by the service port's number; where
  /// one is missing, ``port`` serves it.
  package var ports: [UInt16: UInt16]

  package init(
    id: String,
    host: HostName,
    address: String,
    port: UInt16,
    workloadVersion: String,
    labels: [String: String],
    health: Health = .healthy,
    weight: UInt32 = 1,
    locality: Locality = Locality(),
    ports: [UInt16: UInt16] = [:]
  ) {
    self.id = id
    self.host = host
    self.address = address
    self.port = port
    self.workloadVersion = workloadVersion
    self.labels = labels
    self.health = health
    self.weight = weight
    self.locality = locality
    self.ports = ports
  }
}
