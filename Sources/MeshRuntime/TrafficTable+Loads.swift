import MeshModel
import XDSCore

/// Calls that load reports tell of: how many by cluster, and nothing of a rule or of what answered.
extension TrafficTable {
  /// How a report's calls can be attributed to rules.
  struct LoadContext: Sendable {
    /// The routes in force when it came, and when the one before it came; nil where nobody knows,
    /// or where the client may have had others in between.
    var now: PushTable.Content?
    var before: PushTable.Content?
    /// The pushes of them.
    var push: UInt64 = 0
    var pushBefore: UInt64 = 0
    /// Clusters whose calls may have begun under other routes.
    var underWay: Set<String> = []
  }

  /// Whether the mesh has the cluster: its service, and its subset where it names one.
  func isKnown(cluster: String) -> Bool {
    guard let name = ClusterName(cluster), places[name.port] != nil else { return false }
    guard let subset = name.subset else { return true }
    return lookup.subsets(of: name.port.host).contains { $0.name == subset }
  }

  /// Counts one report's calls of clusters that the mesh has, in all that they belong to; without
  /// `context` in no rule and no rate.
  ///
  /// - Returns: The rules in whose counts drift was found just now.
  mutating func record(
    _ loads: [LoadCount],
    context: LoadContext?,
    client: ClientID,
    at time: MonotonicTime
  ) -> [ClusterIndex.Target] {
    var byTarget: [ClusterIndex.Target: [LoadCount]] = [:]
    let unsettled = context.map { unsettledTargets($0) } ?? []
    for load in loads where load.calls > 0 {
      let found = context.flatMap { self.target(of: load.cluster, $0) }
      let isUnsettled = found.map(unsettled.contains) ?? false
      let target = isUnsettled ? nil : found
      let name = ClusterName(load.cluster)
      let service = target?.service ?? name.flatMap { places[$0.port] }
      if let service, context != nil {
        services[service].record(calls: load.calls, failed: load.failed, at: time)
      }
      recordEndpoint(load, at: context == nil ? nil : time)
      if let target {
        byTarget[target, default: []].append(load)
      } else if let service {
        services[service].recordUnattributed(
          load.answered,
          subset: name?.subset ?? "",
          isBetweenRevisions: isUnsettled || context?.isBetween(load.cluster) != false
        )
      }
    }
    return byTarget.filter { target, loads in
      services[target.service].record(loads, rule: target.rule, client: client, second: time.second)
    }.keys.sorted { ($0.service, $0.rule) < ($1.service, $1.rule) }
  }

  /// The rule that all calls of a cluster since the report before were decided by; nil where there
  /// are several, or its counts began later.
  private mutating func target(
    of cluster: String,
    _ context: LoadContext
  ) -> ClusterIndex.Target? {
    guard let now = context.now, let before = context.before,
      let target = index(of: now).onlyTarget(of: cluster),
      index(of: before).onlyTarget(of: cluster) == target,
      services[target.service].rules.indices.contains(target.rule)
    else { return nil }
    let since = services[target.service].rules[target.rule].since
    return min(context.push, context.pushBefore) >= since ? target : nil
  }

  /// The rules of which some cluster's calls may have begun under other routes.
  ///
  /// None of their clusters counts: without that one the others would look like drift.
  private mutating func unsettledTargets(_ context: LoadContext) -> Set<ClusterIndex.Target> {
    guard let now = context.now, !context.underWay.isEmpty else { return [] }
    let index = index(of: now)
    return Set(context.underWay.compactMap(index.onlyTarget))
  }

  private mutating func index(of content: PushTable.Content) -> ClusterIndex {
    if let known = clusterIndexes.value(for: content.since) { return known }
    let index = ClusterIndex(services.map(\.port), in: content.lookup)
    return clusterIndexes.keep(index, for: content.since)
  }
}

extension TrafficTable.LoadContext {
  /// Whether the calls of a cluster may be of before or after a change of the routes.
  fileprivate func isBetween(_ cluster: String) -> Bool {
    guard let now, let before else { return true }
    return now.since != before.since || underWay.contains(cluster)
  }
}
