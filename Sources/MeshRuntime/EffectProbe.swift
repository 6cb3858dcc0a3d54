import MeshModel
import TrafficEngine
import XDSCore

/// Finds the responses that only the newest rules could give.
///
/// A response is such where, by the routes before, a call with the same path and headers had no
/// chance to be answered by that workload: no cluster with a weight above 0 on the route that it
/// would have taken selects it.
struct EffectProbe: Sendable {
  /// The routes and subsets before a change or after it.
  struct Side: Sendable {
    private let snapshot: Snapshot
    private let lookup: MeshLookup
    private let tables: RouteTables
    /// All clusters that some route sends calls to; made when first asked for.
    private(set) lazy var references = snapshot.routedClusters

    init(_ snapshot: Snapshot, lookup: MeshLookup, tables: RouteTables) {
      self.snapshot = snapshot
      self.lookup = lookup
      self.tables = tables
    }

    /// Changes whenever the service's routes do.
    func routesVersion(of service: ServicePort) -> String? {
      snapshot.resourceVersion(.routeConfiguration, named: service.clusterName())
    }

    func virtualService(for service: ServicePort) -> VirtualService? {
      lookup.virtualService(for: service.host)
    }

    /// How many routes decide calls to the service.
    func routeCount(of service: ServicePort) -> Int {
      tables.entry(for: service, in: snapshot)?.table.routes.count ?? 0
    }

    /// The clusters that can answer a call; empty where it has nowhere to go.
    func clusters(
      for service: ServicePort,
      path: String,
      headers: [HeaderField]
    ) -> [String] {
      guard let table = tables.entry(for: service, in: snapshot)?.table else { return [] }
      // Which route is not a matter of chance: Weir writes no fractions.
      var dice = SplitMix64(seed: 0)
      let decision = table.decide(path: path, headers: HeaderFields(headers), using: &dice)
      guard case .cluster(let pick) = decision else { return [] }
      return table.routes[pick.routeIndex].action.clusters
    }

    func hasSameSubsets(as other: Side) -> Bool { lookup.hasSameSubsets(as: other.lookup) }

    /// Whether a cluster's subset holds a workload.
    func selects(_ workload: Workload, cluster: String) -> Bool {
      lookup.selects(workload, cluster: cluster)
    }
  }

  /// So many example calls at most, and so many routes looked at for all of them together: where
  /// there are thousands of rules, few calls have to do.
  private static let callLimit = 264
  private static let leastCalls = 32
  private static let routeLimit = 1_000_000

  private var old: Side
  private var new: Side
  /// By service: the headers that have to be known to tell what the old rules would have done with
  /// a call, but that clients don't report, since the new rules don't match on them.
  private let unreported: [ServicePort: [String]]

  private let haveSubsetsChanged: Bool

  /// Compares the routes in force before with those that were built from `rules`.
  init(
    old: PushTable.Content,
    new: Snapshot,
    rules: MeshRules,
    services: [ServicePort],
    tables: RouteTables
  ) {
    self.old = Side(old.snapshot, lookup: old.lookup, tables: tables)
    self.new = Side(new, lookup: MeshLookup(Mesh(rules: rules)), tables: tables)
    var unreported: [ServicePort: [String]] = [:]
    for service in services {
      let reported = self.new.virtualService(for: service)?.matchedHeaders ?? []
      let wanted = self.old.virtualService(for: service)?.matchedHeaders ?? []
      unreported[service] = wanted.filter { !reported.contains($0) }
    }
    self.unreported = unreported
    haveSubsetsChanged = !self.old.hasSameSubsets(as: self.new)
  }

  func unreportedHeaders(for service: ServicePort) -> [String] { unreported[service] ?? [] }

  /// Whether only the new rules could let this workload answer such a call.
  func isEffect(
    _ workload: Workload,
    service: ServicePort,
    path: String,
    headers: [HeaderField]
  ) -> Bool {
    let clusters = old.clusters(for: service, path: path, headers: headers)
    return !clusters.contains { old.selects(workload, cluster: $0) }
  }

  /// Whether only the new rules could let a call pick this cluster: no route led to it before.
  mutating func isEffect(cluster: String) -> Bool { !old.references.contains(cluster) }

  /// Whether any route before led to a workload of this one's host and version.
  mutating func couldAnswer(_ workload: Workload) -> Bool {
    old.references.contains { old.selects(workload, cluster: $0) }
  }

  /// Whether some cluster gets calls now and got none before, so that load reports can show it.
  mutating func canShowEffectByCluster() -> Bool {
    !new.references.subtracting(old.references).isEmpty
  }

  /// Whether there can be such a response: some call that clients make, or that the matches of
  /// either side tell of, could now be answered by a workload that runs and could not before.
  ///
  /// It never says so wrongly; it may miss a call that only a regular expression or several rules'
  /// matches together describe, and some where there are thousands of rules.
  ///
  /// `paths` are what was called, by service; `headers` what clients always send.
  func canShowEffect(
    paths: [ServicePort: [String]],
    headers: [[HeaderField]],
    _ inventory: MeshInventory
  ) -> Bool {
    let changed = paths.filter { hasChanged($0.key) }
    guard !changed.isEmpty else { return false }
    let workloads = inventory.workloads.filter { $0.health == .healthy }
    return changed.contains { service, paths in
      let calls = exampleCalls(service, paths: paths, headers: headers)
      return calls.contains { canShowEffect($0, service: service, workloads: workloads) }
    }
  }

  /// Whether calls to a service may go elsewhere than before.
  private func hasChanged(_ service: ServicePort) -> Bool {
    // Routes may lead to another host's subsets, so any host's that changed count for all.
    haveSubsetsChanged || old.routesVersion(of: service) != new.routesVersion(of: service)
  }

  /// The calls that the changed matches tell of, then their headers and those of clients on all
  /// paths.
  private func exampleCalls(
    _ service: ServicePort,
    paths: [String],
    headers: [[HeaderField]]
  ) -> [ExampleCall] {
    let routes = max(1, old.routeCount(of: service), new.routeCount(of: service))
    let budget = EffectProbe.routeLimit / routes
    let limit = max(EffectProbe.leastCalls, min(EffectProbe.callLimit, budget))
    let matches = changedRules(service).lazy.flatMap(\.matches).prefix(limit / 2)
    let told = ([HTTPMatch()] + matches).compactMap(\.exampleCall)
    let headers = told.map(\.headers) + headers
    var seen: Set<ExampleCall> = []
    var calls = told.filter { seen.insert($0).inserted }
    for path in paths + told.map(\.path) {
      for fields in headers where calls.count < limit {
        let call = ExampleCall(path: path, headers: fields)
        if seen.insert(call).inserted { calls.append(call) }
      }
    }
    return calls
  }

  /// The rules of both sides without those that both begin or end with.
  private func changedRules(_ service: ServicePort) -> [HTTPRoute] {
    let before = old.virtualService(for: service)?.http ?? []
    let after = new.virtualService(for: service)?.http ?? []
    guard !haveSubsetsChanged else { return before + after }
    let shorter = min(before.count, after.count)
    let start = (0..<shorter).first { before[$0] != after[$0] } ?? shorter
    let end = (0..<(shorter - start)).first {
      before[before.count - 1 - $0] != after[after.count - 1 - $0]
    }
    let tail = end ?? shorter - start
    return Array(before[start..<(before.count - tail)] + after[start..<(after.count - tail)])
  }

  private func canShowEffect(
    _ call: ExampleCall,
    service: ServicePort,
    workloads: [Workload]
  ) -> Bool {
    let clusters = new.clusters(for: service, path: call.path, headers: call.headers)
    for workload in workloads
    where clusters.contains(where: { new.selects(workload, cluster: $0) }) {
      if isEffect(workload, service: service, path: call.path, headers: call.headers) {
        return true
      }
    }
    return false
  }
}

private struct ExampleCall: Hashable {
  var path: String
  var headers: [HeaderField]
}

extension Snapshot {
  /// The clusters that any of its routes sends calls to.
  fileprivate var routedClusters: Set<String> {
    var clusters: Set<String> = []
    for name in names(of: .routeConfiguration) {
      if case .routeConfiguration(let routes)? = resource(.routeConfiguration, named: name) {
        clusters.formUnion(routes.referencedClusters)
      }
    }
    return clusters
  }
}

extension MeshLookup {
  /// Whether a cluster's subset holds a workload.
  func selects(_ workload: Workload, cluster: String) -> Bool {
    guard let name = ClusterName(cluster), name.port.host == workload.host else { return false }
    guard let wanted = name.subset else { return true }
    let subset = subsets(of: workload.host).first { $0.name == wanted }
    return subset?.selects(workload) ?? false
  }
}

extension VirtualService {
  /// The headers that any of its rules matches on, sorted.
  var matchedHeaders: [String] {
    let matches = http.flatMap(\.matches)
    return Set(matches.flatMap { $0.headers + $0.withoutHeaders }.map { $0.name.lowercased() })
      .sorted()
  }
}

extension HTTPMatch {
  /// A path and headers that satisfy it; nil where none is easily found.
  fileprivate var exampleCall: ExampleCall? {
    var path = "/"
    if let uri {
      guard let example = uri.example else { return nil }
      path = example
    }
    var fields: [HeaderField] = []
    for header in headers {
      guard let value = header.match.example else { return nil }
      fields.append(HeaderField(name: header.name, value: value))
    }
    return ExampleCall(path: path, headers: fields)
  }
}

extension StringMatch {
  fileprivate var example: String? {
    switch self {
    case .exact(let text), .prefix(let text): text
    case .present: "1"
    case .regex: nil
    }
  }
}
