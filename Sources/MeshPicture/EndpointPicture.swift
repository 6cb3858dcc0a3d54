package import MeshModel

/// One workload: where it listens, how it is, and what it answered.
package struct EndpointPicture: Hashable, Sendable {
  /// What belongs to one port of the service.
  package struct Port: Hashable, Sendable {
    /// `address:port`; empty while it has none yet.
    package var address: String
    package var calls: UInt64
    package var callsPerSecond: Double
    package var failed: UInt64
    package var recentFailureShare: Double?

    package init(
      address: String,
      calls: UInt64 = 0,
      callsPerSecond: Double = 0,
      failed: UInt64 = 0,
      recentFailureShare: Double? = nil
    ) {
      self.address = address
      self.calls = calls
      self.callsPerSecond = callsPerSecond
      self.failed = failed
      self.recentFailureShare = recentFailureShare
    }
  }

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
  /// Calls it answered, in all and a second, with the failed ones that can only have been meant for
  /// it, though they did not reach it.
  package var calls: UInt64
  package var callsPerSecond: Double
  package var failed: UInt64
  /// The share of the last seconds' calls that failed, 0 to 1; nil where there were none.
  package var recentFailureShare: Double?
  package var weight: UInt32
  package var locality: Locality
  /// Where its service's further ports are served: numbers by the service port's number.
  package var ports: [UInt16: UInt16]
  /// What belongs to each port of its service, by the service port's number; empty where the service
  /// has only one.
  package var byPort: [UInt16: Port]
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
    recentFailureShare: Double? = nil,
    weight: UInt32 = 1,
    locality: Locality = Locality(),
    ports: [UInt16: UInt16] = [:],
    byPort: [UInt16: Port] = [:],
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
    self.recentFailureShare = recentFailureShare
    self.weight = weight
    self.locality = locality
    self.ports = ports
    self.byPort = byPort
    self.process = process
  }

  /// The workload as callers of one port of its service see it: that port's address and calls.
  package func seen(from servicePort: UInt16) -> EndpointPicture {
    guard let port = byPort[servicePort] else { return self }
    var picture = self
    picture.address = port.address
    picture.calls = port.calls
    picture.callsPerSecond = port.callsPerSecond
    picture.failed = port.failed
    picture.recentFailureShare = port.recentFailureShare
    return picture
  }
}
