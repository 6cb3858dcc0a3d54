import MeshModel
import MeshPicture
import TrafficStatistics
import XDSCore

extension MeshState {
  /// Tells of endpoints that began to fail every call, or answered one again.
  mutating func noteEndpointTurns(at time: Timestamp) {
    let turns = traffic.endpoints.takeTurns()
    guard !turns.isEmpty else { return }
    let lookup = MeshLookup(Mesh(rules: book.newest.rules))
    for (place, turn) in turns {
      guard let workload = traffic.responders.workload(id: place.workload) else { continue }
      let subsets = lookup.subsets(of: workload.host).filter { $0.selects(workload) }.map(\.name)
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
    let lookup = MeshLookup(Mesh(rules: book.newest.rules))
    var pictures = inventory.workloads.map { picture(of: $0, isThere: true, lookup, at: now) }
    let known = Set(pictures.map(\.id))
    for id in processes.ids(of: .workload) where !known.contains(id) {
      if let workload = traffic.responders.workload(id: id) {
        pictures.append(picture(of: workload, isThere: false, lookup, at: now))
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
    _ lookup: MeshLookup,
    at now: MonotonicTime
  ) -> EndpointPicture {
    let counts = traffic.endpoints[workload.id, nil]
    return EndpointPicture(
      id: workload.id,
      host: workload.host,
      address: isThere ? workload.hostPort : "",
      workloadVersion: workload.workloadVersion,
      subsets: lookup.subsets(of: workload.host).filter { $0.selects(workload) }.map(\.name),
      health: isThere ? workload.health : .unhealthy,
      calls: counts?.calls ?? 0,
      callsPerSecond: counts?.rate.perSecond(atNanoseconds: now.nanoseconds) ?? 0,
      failed: counts?.failed ?? 0,
      recentFailureShare: counts?.recentFailureShare(at: now),
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
      let counts = traffic.endpoints[workload.id, port]
      let picture = EndpointPicture.Port(
        address: isThere ? workload.hostPort(ofServicePort: port) : "",
        calls: counts?.calls ?? 0,
        callsPerSecond: counts?.rate.perSecond(atNanoseconds: now.nanoseconds) ?? 0,
        failed: counts?.failed ?? 0,
        recentFailureShare: counts?.recentFailureShare(at: now)
      )
      return (port, picture)
    }
    return Dictionary(uniqueKeysWithValues: pictures)
  }
}
