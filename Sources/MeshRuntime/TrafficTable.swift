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

  private struct RouteKey: Hashable {
    var content: UInt64
    var authority: String
    var routeName: String
  }

  private static let cacheLimit = 4_096

  private(set) var services: [ServiceTraffic] = []
  private(set) var responders = ResponderTable()
  private(set) var endpoints = EndpointTraffic()
  private var places: [ServicePort: Int] = [:]
  private var decisions: [RouteKey: Decision] = [:]
  private var subsets: [String: String] = [:]

  /// Takes over what a push carries; its number decides which calls count under rules that changed.
  mutating func update(_ mesh: Mesh, push: UInt64) {
    let lookup = MeshLookup(mesh)
    var old = Dictionary(uniqueKeysWithValues: services.map { ($0.port, $0) })
    services = TrafficTable.ports(of: mesh.inventory).map { port in
      var service = old.removeValue(forKey: port) ?? ServiceTraffic(port: port)
      service.update(
        RuleSpec.specs(for: port, in: lookup),
        matchedHeaders: lookup.virtualService(for: port.host)?.matchedHeaders ?? [],
        since: push
      )
      return service
    }
    places = Dictionary(
      uniqueKeysWithValues: services.enumerated().map { ($1.port, $0) }
    )
    responders.update(mesh.inventory)
    decisions.removeAll(keepingCapacity: true)
  }

  /// Notes since which push the routes are as they are now.
  mutating func routesUnchanged(since push: UInt64) {
    for index in services.indices { services[index].clampSince(to: push) }
    decisions.removeAll(keepingCapacity: true)
  }

  mutating func forget(_ client: ClientID) {
    for index in services.indices { services[index].forget(client) }
  }

  /// Finds the service and the rule of a call, by the routes that decided it (`content`, nil where
  /// unknown) and the services of the newest snapshot.
  mutating func decide(
    _ record: CallRecord,
    content: PushTable.Content?,
    newest: Snapshot?
  ) -> Decision {
    let key = RouteKey(
      content: content?.since ?? 0,
      authority: record.authority,
      routeName: record.routeName
    )
    if let decision = decisions[key] { return decision }
    let port = (newest ?? content?.snapshot)?.servicePort(dialled: record.authority)
    let decision = Decision(
      service: port.flatMap { places[$0] },
      rule: content.flatMap { TrafficTable.rule(of: record, port: port, content: $0) }
    )
    if decisions.count >= TrafficTable.cacheLimit { decisions.removeAll(keepingCapacity: true) }
    decisions[key] = decision
    return decision
  }

  /// Counts a call in all that it belongs to; without the push whose routes decided it, not in the
  /// ratios.
  ///
  /// - Returns: What answered.
  mutating func record(
    _ record: CallRecord,
    _ decision: Decision,
    push: UInt64?,
    client: ClientID,
    at now: MonotonicTime
  ) -> ResponderTable.Found {
    let found = responders.find(
      endpoint: record.endpoint,
      workloadVersion: record.workloadVersion
    )
    if let called = found.called {
      endpoints.record(record, workload: responders.workloads[called].id, at: now)
    }
    guard let service = decision.service else { return found }
    services[service].record(record, at: now)
    if let push, let rule = decision.rule, services[service].rules.indices.contains(rule),
      push >= services[service].rules[rule].since
    {
      services[service].record(
        record,
        rule: rule,
        responder: found.responder,
        client: client,
        second: now.second,
        in: responders
      )
    }
    return found
  }

  /// The subset that a cluster's name has; empty where it has none.
  mutating func subset(ofCluster cluster: String) -> String {
    if let subset = subsets[cluster] { return subset }
    let parts = cluster.split(separator: "|", omittingEmptySubsequences: false)
    let subset = parts.count == 4 ? String(parts[2]).printable(limit: TextLimit.name) : ""
    if subsets.count >= TrafficTable.cacheLimit { subsets.removeAll(keepingCapacity: true) }
    subsets[cluster] = subset
    return subset
  }

  mutating func advance(to now: MonotonicTime) {
    for index in services.indices { services[index].advance(to: now) }
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
    port: ServicePort?,
    content: PushTable.Content
  ) -> Int? {
    guard !record.routeName.isEmpty else { return nil }
    let address = content.snapshot.rule(
      forRoute: record.routeName,
      authority: record.authority
    )
    if let address { return address.index }
    // A host that nothing steers has one implied rule.
    guard let port, content.lookup.virtualService(for: port.host) == nil else { return nil }
    return 0
  }
}
