import MeshModel
import MeshPicture
import TrafficEngine
import XDSCore

extension CallExplainer {
  /// Where a call may go, with all that it can reach there and what is there but gets no calls.
  func share(_ share: RouteExplanation.Share) -> CallExplanation.Share {
    let name = ClusterName(share.cluster)
    return CallExplanation.Share(
      cluster: share.cluster,
      host: name?.port.host ?? HostName(share.cluster),
      subset: name?.subset,
      weight: share.weight,
      share: share.share,
      endpoints: name.map { endpoints(of: share.cluster, $0) } ?? []
    )
  }

  func outcome(
    of action: RouteAction,
    _ shares: [CallExplanation.Share]
  ) -> CallExplanation.Outcome {
    switch action {
    case .redirect(let redirect) where snapshot.profile == .envoy:
      return .answered("a redirect with HTTP status \(redirect.code ?? 301)")
    case .directResponse(let response) where snapshot.profile == .envoy:
      return .answered("HTTP status \(response.status)")
    case .redirect, .directResponse:
      return .fails(
        "these clients can't answer calls by themselves: such calls end with UNAVAILABLE"
      )
    case .unsupported(let reason):
      return .fails("these clients can't do it: \(reason)")
    case .cluster, .weightedClusters:
      let isAnywhere = shares.contains { $0.endpoints.contains { $0.health == .healthy } }
      return isAnywhere || shares.contains(where: isPassedThrough)
        ? .routed : .fails("no workload behind it takes calls; such calls end with UNAVAILABLE")
    }
  }

  /// What the clusters do to the call; with the subset's name before it where there are several.
  func clusterSettings(_ shares: [RouteExplanation.Share]) -> [String] {
    let settings = shares.map { share in
      (
        name: ClusterName(share.cluster)?.subset ?? "all",
        words: cluster(share.cluster)?.words ?? []
      )
    }
    let areSame = settings.allSatisfy { $0.words == settings.first?.words }
    if areSame { return settings.first?.words ?? [] }
    return settings.flatMap { setting in setting.words.map { "\(setting.name): \($0)" } }
  }

  /// The resources that say how the service is called.
  func resources(_ entry: RouteTables.Entry) -> [CallExplanation.Resource] {
    [
      resource(.listener, entry.listener),
      resource(.routeConfiguration, entry.configurationName),
    ]
  }

  /// The resources that say where a share of the calls goes.
  func resources(_ share: RouteExplanation.Share) -> [CallExplanation.Resource] {
    guard let cluster = cluster(share.cluster) else { return [] }
    return [
      resource(.cluster, share.cluster), resource(.endpoints, cluster.subscribedEndpointsName),
    ]
  }

  private func resource(_ type: ResourceType, _ name: String) -> CallExplanation.Resource {
    CallExplanation.Resource(
      type: type.shortName,
      name: name,
      version: snapshot.version(of: type).description
    )
  }

  private func cluster(_ name: String) -> Cluster? {
    guard case .cluster(let cluster)? = snapshot.resource(.cluster, named: name) else { return nil }
    return cluster
  }

  private func isPassedThrough(_ share: CallExplanation.Share) -> Bool {
    cluster(share.cluster)?.loadBalancing == .passthrough
  }

  private func endpoints(of cluster: String, _ name: ClusterName) -> [CallExplanation.Endpoint] {
    let own = workloads.filter { $0.host == name.port.host }
    let known = Dictionary(own.map { ($0.hostPort(ofServicePort: name.port.port), $0) }) {
      first,
      _ in
      first
    }
    let named = self.cluster(cluster)?.subscribedEndpointsName ?? cluster
    var list: [CallExplanation.Endpoint] = []
    if case .endpoints(let assignment)? = snapshot.resource(.endpoints, named: named) {
      list = assignment.usableEndpoints.map { endpoint in
        CallExplanation.Endpoint(
          workload: known[endpoint.hostPort]?.id ?? "",
          address: endpoint.hostPort,
          workloadVersion: known[endpoint.hostPort]?.workloadVersion ?? "",
          health: .healthy,
          weight: endpoint.weight
        )
      }
    }
    let others = own.filter { $0.health != .healthy && lookup.selects($0, cluster: cluster) }
    return list
      + others.map { workload in
        CallExplanation.Endpoint(
          workload: workload.id,
          address: workload.hostPort(ofServicePort: name.port.port),
          workloadVersion: workload.workloadVersion,
          health: workload.health,
          weight: workload.weight
        )
      }
  }
}
