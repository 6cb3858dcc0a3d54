import MeshModel

/// Translates workloads into the localities of an assignment.
struct EndpointTranslation {
  private let profile: NodeProfile
  /// The usable workloads, or for some profiles all, whose addresses are IP addresses.
  private let workloads: [Workload]
  /// A sentence for each workload that can't be an endpoint.
  private(set) var obstacles: [String] = []

  init(_ workloads: [Workload], profile: NodeProfile) {
    self.profile = profile
    var known: [Workload] = []
    for var workload in workloads
    where profile.sendsUnusableEndpoints || workload.health == .healthy {
      guard let address = IPAddressText.canonical(workload.address) else {
        obstacles.append(
          "the address of workload \(workload.id) is \"\(workload.address)\"; want an IP address; "
            + "it gets no calls"
        )
        continue
      }
      workload.address = address
      known.append(workload)
    }
    self.workloads = known
  }

  /// The endpoints for one service port, by locality, all of the first priority.
  ///
  /// Localities without endpoints are left out: clients refuse or ignore one without weight.
  ///
  /// - Parameters:
  ///   - port: The number of the service's port.
  ///   - subset: Of which workloads; nil for all.
  /// - Returns: The localities, sorted.
  func localities(port: UInt16, subset: Subset?) -> [LocalityEndpoints] {
    let endpoints = merged(subset.map { workloads.filter($0.selects) } ?? workloads, port: port)
    let weights = WeightScaling.fitted(endpoints.map(\.weight))
    var groups: [Locality: [Endpoint]] = [:]
    for (item, weight) in zip(endpoints, weights) {
      var endpoint = item.endpoint
      endpoint.weight = weight
      groups[item.locality, default: []].append(endpoint)
    }
    return groups.sorted { $0.key < $1.key }.map { locality, endpoints in
      LocalityEndpoints(
        region: locality.region,
        zone: locality.zone,
        subZone: locality.subZone,
        // Fits: so does the sum over all localities.
        weight: endpoints.reduce(0) { $0 + $1.weight },
        endpoints: endpoints
      )
    }
  }

  private struct Item {
    var endpoint: Endpoint
    var locality: Locality
    var weight: UInt64
  }

  /// Each address and port once, since clients refuse all of an assignment with one twice: with the
  /// sum of the weights, the better health, and the first locality.
  private func merged(_ workloads: [Workload], port: UInt16) -> [Item] {
    var items: [Item] = []
    var indices: [String: Int] = [:]
    for workload in workloads {
      let endpoint = Endpoint(
        address: workload.address,
        port: workload.ports[port] ?? workload.port,
        health: workload.health == .healthy ? .healthy : .unhealthy
      )
      let weight = UInt64(max(workload.weight, 1))
      if let index = indices[endpoint.hostPort] {
        items[index].weight += weight
        if endpoint.health == .healthy { items[index].endpoint.health = .healthy }
        continue
      }
      indices[endpoint.hostPort] = items.count
      let locality = profile.readsLocalities ? workload.locality : Locality()
      items.append(Item(endpoint: endpoint, locality: locality, weight: weight))
    }
    return items
  }
}
