import MeshModel
import MeshPicture
import TrafficStatistics
import XDSCore

extension MeshState {
  /// Tells of endpoints that began to fail every call, or answered one again.
  mutating func noteEndpointTurns(at time: Timestamp) {
    let turns = traffic.endpoints.takeTurns()
    for (place, turn) in turns {
      guard let workload = traffic.responders.workload(id: place.workload) else { continue }
      let subsets = traffic.lookup.subsetNames(of: workload)
      let version = subsets.isEmpty ? workload.workloadVersion : subsets.joined(separator: ",")
      let what =
        workload.hostPort(ofServicePort: place.port) + (version.isEmpty ? "" : " (\(version))")
      switch turn {
      case .everyCallFails(let calls, let seconds):
        let text = "\(what): every call fails, \(calls) in \(seconds) s"
        events.add(.error, workload.id, text, at: time)
      case .answersAgain: events.add(.info, workload.id, "\(what): answers again", at: time)
      }
    }
  }

  func endpointPictures(at now: MonotonicTime) -> [EndpointPicture] {
    var pictures = inventory.workloads.map { picture(of: $0, isThere: true, at: now) }
    let known = Set(pictures.map(\.id))
    for id in processes.ids(of: .workload) where !known.contains(id) {
      if let workload = traffic.responders.workload(id: id) {
        pictures.append(picture(of: workload, isThere: false, at: now))
      } else {
        pictures.append(
          EndpointPicture(
            id: id.printable(limit: TextLimit.name),
            address: "",
            workloadVersion: "",
            health: .unhealthy,
            process: processes[.workload, id]
          )
        )
      }
    }
    return pictures.sorted { $0.id < $1.id }
  }

  private func picture(
    of workload: Workload,
    isThere: Bool,
    at now: MonotonicTime
  ) -> EndpointPicture {
    let whole = portPicture(nil, of: workload, isThere: isThere, at: now)
    return EndpointPicture(
      id: workload.id,
      host: workload.host,
      address: whole.address,
      workloadVersion: workload.workloadVersion,
      subsets: traffic.lookup.subsetNames(of: workload),
      health: isThere ? workload.health : .unhealthy,
      calls: whole.calls,
      callsPerSecond: whole.callsPerSecond,
      failed: whole.failed,
      recentFailureShare: whole.recentFailureShare,
      weight: workload.weight,
      locality: workload.locality,
      ports: workload.ports,
      byPort: portPictures(of: workload, isThere: isThere, at: now),
      process: processes[.workload, workload.id]
    )
  }

  /// By the service port's number; empty where the service has only one.
  private func portPictures(
    of workload: Workload,
    isThere: Bool,
    at now: MonotonicTime
  ) -> [UInt16: EndpointPicture.Port] {
    guard traffic.hostsOfSeveralPorts.contains(workload.host) else { return [:] }
    let ports = traffic.services.map(\.port).filter { $0.host == workload.host }.map(\.port)
    let pictures = ports.map { port in
      (port, portPicture(port, of: workload, isThere: isThere, at: now))
    }
    return Dictionary(uniqueKeysWithValues: pictures)
  }

  /// What belongs to one port of a workload's service; nil for all of them together.
  private func portPicture(
    _ port: UInt16?,
    of workload: Workload,
    isThere: Bool,
    at now: MonotonicTime
  ) -> EndpointPicture.Port {
    let counts = traffic.endpoints[workload.id, port]
    return EndpointPicture.Port(
      address: isThere ? workload.hostPort(ofServicePort: port) : "",
      calls: counts?.calls ?? 0,
      callsPerSecond: counts?.rate.perSecond(atNanoseconds: now.nanoseconds) ?? 0,
      failed: counts?.failed ?? 0,
      recentFailureShare: counts?.recentFailureShare(at: now)
    )
  }
}

extension MeshLookup {
  /// The subsets that select a workload.
  fileprivate func subsetNames(of workload: Workload) -> [String] {
    subsets(of: workload.host).filter { $0.selects(workload) }.map(\.name)
  }
}
