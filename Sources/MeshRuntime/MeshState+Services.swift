import MeshModel
import MeshPicture
import TrafficStatistics
import XDSCore

extension MeshState {
  /// Shares are wanted within this much.
  private static let halfWidth = 0.02
  private static let clientShareLimit = 64

  mutating func servicePictures(at now: MonotonicTime) -> [ServicePicture] {
    refreshRulePictures(at: now)
    let services = traffic.services.indices.map { servicePicture($0, at: now) }
    return (services + rulePictures.strays).sorted(by: MeshState.isBefore)
  }

  private func servicePicture(_ place: Int, at now: MonotonicTime) -> ServicePicture {
    let lookup = traffic.lookup
    let port = traffic.services[place].port
    let virtualService = lookup.virtualService(for: port.host)
    let service = traffic.services[place]
    let (calls, failures) = (
      service.calls.count(atNanoseconds: now.nanoseconds),
      service.failures.count(atNanoseconds: now.nanoseconds)
    )
    return ServicePicture(
      host: port.host,
      port: port.port,
      virtualService: virtualService?.name,
      rules: rulePictures.services[place],
      subsets: lookup.subsets(of: port.host).map { subset in
        SubsetPicture(
          name: subset.name,
          labels: subset.labels,
          ready: inventory.workloads.count { workload in
            workload.host == port.host && workload.health == .healthy && subset.selects(workload)
          },
          failed: traffic.unplaced(inCluster: port.clusterName(subset: subset.name))
        )
      },
      callsPerSecond: service.calls.perSecond(atNanoseconds: now.nanoseconds),
      errorShare: calls == 0 ? nil : Double(failures) / Double(calls),
      latencyP50: service.latency.window.quantile(0.5),
      latencyP99: service.latency.window.quantile(0.99),
      failedUnplaced: traffic.unplaced(inCluster: port.clusterName()),
      unattributed: service.unattributed.sorted { $0.key < $1.key }.map {
        SubsetCalls(
          subset: $0.key.isEmpty ? "all" : $0.key.printable(limit: TextLimit.name),
          calls: $0.value
        )
      },
      betweenRevisions: service.betweenRevisions
    )
  }

  /// VirtualServices for hosts that the mesh doesn't have: shown, or nobody could mend them.
  func strayPictures(_ remarks: RuleRemarks) -> [ServicePicture] {
    let known = Set(inventory.services.map(\.host))
    return book.newest.rules.virtualServices.compactMap { virtualService in
      let hosts = virtualService.hosts.map {
        HostName($0, inNamespace: virtualService.name.namespace)
      }
      guard let host = hosts.first, !hosts.contains(where: known.contains),
        !virtualService.hosts.contains(where: { $0.hasPrefix("*") })
      else { return nil }
      let rules = virtualService.http.enumerated().map { index, route in
        let address = RuleAddress(virtualService: virtualService.name, index: index)
        return RulePicture(
          route: route,
          findings: remarks.findings[address] ?? [],
          ratio: RatioPicture(rows: MeshState.emptyRows(route))
        )
      }
      return ServicePicture(host: host, port: 0, virtualService: virtualService.name, rules: rules)
    }
  }

  private static func emptyRows(_ route: HTTPRoute) -> [RatioPicture.Row] {
    let total = route.totalWeight
    return route.destinations.map { destination in
      let want = total == 0 ? nil : Double(destination.weight.value) / Double(total)
      return RatioPicture.Row(label: destination.label, want: want)
    }
  }

  /// By VirtualService, those without one last; then by host and port.
  private static func isBefore(_ left: ServicePicture, _ right: ServicePicture) -> Bool {
    switch (left.virtualService, right.virtualService) {
    case (let leftName?, let rightName?) where leftName != rightName: leftName < rightName
    case (.some, nil): true
    case (nil, .some): false
    case (_, _): (left.host, left.port) < (right.host, right.port)
    }
  }

  // MARK: Ratio

  func ratioPicture(_ traffic: RuleTraffic, _ history: [Double?]) -> RatioPicture {
    let wants = traffic.wants
    let rows = traffic.rows.enumerated().map { index, row in
      let interval = WilsonInterval(count: row.count, of: traffic.n)
      return RatioPicture.Row(
        label: row.label,
        want: index < wants.count ? wants[index] : nil,
        count: row.count,
        got: traffic.n == 0 ? nil : Double(row.count) / Double(traffic.n),
        low: interval?.low,
        high: interval?.high
      )
    }
    let needed = wants.compactMap { $0 }.filter { $0 > 0 }.min().map {
      WilsonInterval.samplesNeeded(halfWidth: MeshState.halfWidth, share: $0)
    }
    return RatioPicture(
      n: traffic.n,
      failed: traffic.failed,
      rows: rows,
      verdict: traffic.verdict(needed: needed ?? 1),
      eValue: traffic.drift?.eValue,
      alarmAt: DriftTest.alarm,
      needed: needed ?? 0,
      history: history,
      byClient: clientShares(traffic),
      bySubset: traffic.bySubset
    )
  }

  private func clientShares(_ traffic: RuleTraffic) -> [RatioPicture.ClientShare] {
    let most = traffic.clients.map { (id: $0.key, counts: $0.value, n: $0.value.reduce(0, +)) }
      .sorted { ($0.n, $1.id.number) > ($1.n, $0.id.number) }
      .prefix(MeshState.clientShareLimit)
    return most.compactMap { client in
      guard client.n > 0 else { return nil }
      let shares = traffic.rows.indices.map { row in
        row < client.counts.count ? Double(client.counts[row]) / Double(client.n) : 0
      }
      let name = clients[client.id]?.name ?? "others"
      return RatioPicture.ClientShare(client: name, n: client.n, shares: shares)
    }.sorted { $0.client < $1.client }
  }
}

extension RuleTraffic {
  /// The configured shares, one a destination; nil for what was not asked for.
  var wants: [Double?] {
    let weights = spec.destinations.map(\.weight)
    let total = weights.reduce(0) { $0 + UInt64($1 ?? 0) }
    return weights.map { weight in
      weight.flatMap { total == 0 ? nil : Double($0) / Double(total) }
    }
  }

  func verdict(needed: UInt64) -> RatioPicture.Verdict {
    if isDrifting { return .drift }
    return n < needed ? .few : .ok
  }
}
