import MeshModel
import XDSCore

/// The calls to all services, by what answered them and which rule of which push decided.
struct TrafficTable: Sendable {
  /// What is known of a call beyond its record.
  struct Decision: Sendable {
    /// The service's place in ``services``; nil for an authority that the mesh doesn't have.
    var service: Int?
    /// The rule's index, as numbered in the push that decided; nil where unknown.
    var rule: Int?
  }

  /// What became of counting a call.
  struct Counted: Sendable {
    let responder: Responder
    /// Whether it made the evidence of drift enough.
    var hasFoundDrift = false
  }

  private struct RouteKey: Hashable, Sendable {
    var content: UInt64
    var profile: NodeProfile
    /// Empty where the authority tells the service.
    var cluster: String
    var authority: String
    var routeName: String
  }

  private static let cacheLimit = 4_096

  var services: [ServiceTraffic] = []
  var responders = ResponderTable()
  var endpoints = EndpointTraffic()
  /// Of the newest rules and of what runs.
  private(set) var lookup = MeshLookup(Mesh())
  /// Failed calls that nobody knows the endpoint of, by cluster.
  private var unplaced: [String: UInt64] = [:]
  /// By cluster; see ``onlyWorkload(ofCluster:)``.
  private var onlyWorkloads = Memo<String, String?>(limit: cacheLimit)
  private(set) var places: [ServicePort: Int] = [:]
  private(set) var hostsOfSeveralPorts: Set<HostName> = []
  /// See ``aim(ofCluster:)``.
  var aims = Memo<String, Aim?>(limit: cacheLimit)
  /// By the push that brought the routes.
  var clusterIndexes = Memo<UInt64, ClusterIndex>(limit: 8)
  /// See ``decideLogged(_:content:)``.
  var loggedAnswers = Memo<LoggedKey, LoggedAnswer>(limit: 1_024)
  private var decisions = Memo<RouteKey, Decision>(limit: cacheLimit)
  /// See ``subset(ofCluster:)``.
  private var subsets = Memo<String, String>(limit: cacheLimit)

  /// Takes over what a push carries; its number decides which calls count under rules that changed.
  ///
  /// - Returns: The counts in which drift was found and that end with it.
  mutating func update(_ mesh: Mesh, push: UInt64) -> [ServiceTraffic.DriftEnd] {
    let lookup = MeshLookup(mesh)
    var ends: [ServiceTraffic.DriftEnd] = []
    var old = Dictionary(uniqueKeysWithValues: services.map { ($0.port, $0) })
    services = TrafficTable.ports(of: mesh.inventory).map { port in
      var service = old.removeValue(forKey: port) ?? ServiceTraffic(port: port)
      ends += service.update(
        RuleSpec.specs(for: port, in: lookup),
        matchedHeaders: lookup.virtualService(for: port.host)?.matchedHeaders ?? [],
        since: push
      )
      return service
    }
    places = Dictionary(
      uniqueKeysWithValues: services.enumerated().map { ($1.port, $0) }
    )
    hostsOfSeveralPorts = TrafficTable.hostsOfSeveralPorts(mesh.inventory)
    aims.removeAll()
    responders.update(mesh.inventory)
    forgetDecisions()
    onlyWorkloads.removeAll()
    clusterIndexes.removeAll()
    self.lookup = lookup
    return ends + old.values.flatMap(\.drifting)
  }

  /// Notes since which push the routes are as they are now.
  mutating func routesUnchanged(since push: UInt64) {
    for index in services.indices { services[index].clampSince(to: push) }
    forgetDecisions()
  }

  private mutating func forgetDecisions() {
    decisions.removeAll()
    loggedAnswers.removeAll()
  }

  mutating func forget(_ client: ClientID) {
    for index in services.indices { services[index].forget(client) }
  }

  /// Finds the service and the rule of a call, by the routes that decided it (`content`, nil where
  /// unknown) and the services of the newest snapshot.
  mutating func decide(
    _ record: CallRecord,
    content: PushTable.Content?,
    newest: Snapshot?,
    _ profile: NodeProfile
  ) -> Decision {
    let key = RouteKey(
      content: content?.since ?? 0,
      profile: profile,
      cluster: profile == .grpc ? "" : record.cluster,
      authority: record.authority,
      routeName: record.routeName
    )
    if let known = decisions.value(for: key) { return known }
    return decisions.keep(search(record, key, content: content, newest: newest), for: key)
  }

  private func search(
    _ record: CallRecord,
    _ key: RouteKey,
    content: PushTable.Content?,
    newest: Snapshot?
  ) -> Decision {
    let port = (newest ?? content?.snapshot)?.servicePort(
      dialled: record.authority,
      cluster: key.cluster
    )
    return Decision(
      service: port.flatMap { places[$0] },
      rule: content.flatMap { TrafficTable.rule(of: record, key, port: port, content: $0) }
    )
  }

  /// Counts a call in all that it belongs to; without the push whose routes decided it, not in the
  /// ratios.
  ///
  /// `time` is when the call was.
  mutating func record(
    _ record: CallRecord,
    _ decision: Decision,
    push: UInt64?,
    client: ClientID,
    at time: MonotonicTime
  ) -> Counted {
    let aim = aim(ofCluster: record.cluster, service: decision.service)
    let found = responders.find(
      endpoint: record.endpoint,
      workloadVersion: record.workloadVersion,
      host: aim?.port.host
    )
    var counted = Counted(responder: found.responder)
    if let called = found.called {
      recordEndpoint(record, aim, workload: responders.workloads[called], at: time)
    } else if record.statusCode != 0 {
      recordUnplaced(record, decision, aim, at: time)
    }
    guard let service = decision.service else { return counted }
    services[service].record(record, at: time)
    if let push, let rule = decision.rule, services[service].rules.indices.contains(rule),
      push >= services[service].rules[rule].since
    {
      counted.hasFoundDrift = services[service].record(
        record,
        rule: rule,
        responder: found.responder,
        client: client,
        second: time.second,
        in: responders
      )
    }
    return counted
  }

  /// Failed calls that chose a cluster, and that nobody knows the endpoint of.
  func unplaced(inCluster cluster: String) -> UInt64 { unplaced[cluster] ?? 0 }

  /// Counts a failed call that reached no known workload: for the only one that it can have been
  /// meant for, else for its cluster, or, where it chose none, for the whole of its service.
  private mutating func recordUnplaced(
    _ record: CallRecord,
    _ decision: Decision,
    _ aim: Aim?,
    at time: MonotonicTime
  ) {
    if record.endpoint.isEmpty, let workload = onlyWorkload(ofCluster: record.cluster) {
      let place = EndpointTraffic.Place(workload: workload, port: aim?.countedPort)
      return endpoints.record(failed: 1, of: place, at: time)
    }
    let service = decision.service.map { services[$0].port.clusterName() }
    let cluster = record.cluster.isEmpty ? service ?? "" : record.cluster
    guard unplaced[cluster] != nil || unplaced.count < TrafficTable.cacheLimit else { return }
    unplaced[cluster, default: 0] += 1
  }

  /// The ID of the workload that a cluster's calls go to, where it is the only one that runs or ran.
  mutating func onlyWorkload(ofCluster cluster: String) -> String? {
    if let known = onlyWorkloads.value(for: cluster) { return known }
    let candidates = responders.newest.filter { lookup.selects($0, cluster: cluster) }
    return onlyWorkloads.keep(candidates.count == 1 ? candidates[0].id : nil, for: cluster)
  }

  /// The subset that a cluster's name has; empty where it has none.
  mutating func subset(ofCluster cluster: String) -> String {
    if let known = subsets.value(for: cluster) { return known }
    let subset = ClusterName(cluster)?.subset?.printable(limit: TextLimit.name)
    return subsets.keep(subset ?? "", for: cluster)
  }

  mutating func advance(to now: MonotonicTime) {
    for index in services.indices { services[index].advance(to: now) }
  }

  /// The rules that may look different from when this was last asked, by the services' places.
  mutating func takeStaleRules(
    atSecond second: UInt64,
    isNewSecond: Bool
  ) -> [(service: Int, rules: [Int])] {
    services.indices.map { place in
      let rules = services[place].takeStaleRules(atSecond: second, isNewSecond: isNewSecond)
      return (place, rules)
    }
  }

  mutating func history(ofRule rule: Int, service: Int, at now: MonotonicTime) -> [Double?] {
    services[service].history(ofRule: rule, at: now)
  }

  private static func ports(of inventory: MeshInventory) -> [ServicePort] {
    var seen: Set<ServicePort> = []
    return inventory.services.flatMap { service in
      service.ports.map { ServicePort(host: service.host, port: $0.number) }
    }.filter { seen.insert($0).inserted }
  }

  private static func rule(
    of record: CallRecord,
    _ key: RouteKey,
    port: ServicePort?,
    content: PushTable.Content
  ) -> Int? {
    guard !record.routeName.isEmpty else { return nil }
    let address = content.snapshot.rule(
      forRoute: record.routeName,
      authority: record.authority,
      cluster: key.cluster
    )
    if let address { return address.index }
    // A host that nothing steers has one implied rule.
    guard let port, content.lookup.virtualService(for: port.host) == nil else { return nil }
    return 0
  }
}
