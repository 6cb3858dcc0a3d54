package import MeshModel

/// One workload: where it listens, how it is, and what it answered.
package struct EndpointPicture: Hashable, Sendable {
  /// The workload's ID, such as `dubbo-go-server-v1-1`.
  package var id: String
  /// The host of its service; nil where unknown.
  package var host: HostName?
  /// `address:port`; empty while it has none yet.
  package var address: String
  package var workloadVersion: String
  /// The subsets that select it.
  package var subsets: [String]
  package var health: Workload.Health
  /// Calls it answered, in all and a second; those in all with the failed ones that can only have
  /// been meant for it, though they did not reach it.
  package var calls: UInt64
  package var callsPerSecond: Double
  package var failed: UInt64
  package var weight: UInt32
  package var locality: Locality
  /// Where its service's further ports are served: numbers by the service port's number.
  package var ports: [UInt16: UInt16]
  package var process: ProcessPicture?

  package init(
    id: String,
    host: HostName? = nil,
    address: String,
    workloadVersion: String,
    subsets: [String] = [],
    health: Workload.Health = .healthy,
    calls: UInt64 = 0,
    callsPerSecond: Double = 0,
    failed: UInt64 = 0,
    weight: UInt32 = 1,
    locality: Locality = Locality(),
    ports: [UInt16: UInt16] = [:],
    process: ProcessPicture? = nil
  ) {
    self.id = id
    self.host = host
    self.address = address
    self.workloadVersion = workloadVersion
    self.subsets = subsets
    self.health = health
    self.calls = calls
    self.callsPerSecond = callsPerSecond
    self.failed = failed
    self.weight = weight
    self.locality = locality
    self.ports = ports
    self.process = process
  }
}
