package import XDSCore

/// The endpoints of one priority that may get calls.
package struct EndpointTier: Hashable, Sendable {
  package let endpoints: [Endpoint]
  /// Parallel to ``endpoints``.
  package let candidates: [EndpointBalancer.Candidate]
}

extension ClusterLoadAssignment {
  /// Its usable endpoints by priority, the first to be tried first; priorities without any are left
  /// out.
  ///
  /// An endpoint's weight is its locality's share times its own share of the locality.
  package var tiers: [EndpointTier] {
    let priorities = Set(localities.map(\.priority)).sorted()
    return priorities.compactMap { priority in
      var endpoints: [Endpoint] = []
      var candidates: [EndpointBalancer.Candidate] = []
      for locality in localities where locality.priority == priority && locality.weight > 0 {
        let usable = locality.endpoints.filter(\.health.isUsable)
        let sum = usable.reduce(0) { $0 + Double($1.weight) }
        for endpoint in usable where endpoint.weight > 0 {
          let weight = Double(locality.weight) * Double(endpoint.weight) / sum
          endpoints.append(endpoint)
          candidates.append(EndpointBalancer.Candidate(key: endpoint.hostPort, weight: weight))
        }
      }
      return endpoints.isEmpty
        ? nil : EndpointTier(endpoints: endpoints, candidates: candidates)
    }
  }
}
