package import MeshModel

extension RandomRules {
  package mutating func serviceEntry() -> ServiceEntry {
    var kept = keptFields(lists: [], strings: ["exportTo", "subjectAltNames"])
    if isChosen(20) {
      kept.spec["resolution"] = .string(one(of: ["NONE", "DNS", "DNS_ROUND_ROBIN", "DYNAMIC_DNS"]))
    }
    return ServiceEntry(
      name: name(),
      hosts: some { $0.text() },
      addresses: several { $0.address() },
      ports: some { random in
        ServiceEntry.Port(
          number: random.port(),
          name: random.text(),
          protocolName: random.isChosen() ? random.text() : "",
          targetPort: random.maybe { $0.port() }
        )
      },
      location: one(of: ServiceEntry.Location.allCases),
      endpoints: several { $0.endpoint() },
      workloadSelector: maybe { $0.map() },
      kept: kept
    )
  }

  /// Labels of the metadata are the endpoint's too, as reading makes them.
  package mutating func workloadEntry() -> WorkloadEntry {
    let kept = keptFields(lists: [], strings: [])
    var endpoint = endpoint()
    endpoint.labels.merge(kept.labels) { $1 }
    return WorkloadEntry(name: name(), endpoint: endpoint, kept: kept)
  }

  private mutating func address() -> String {
    isChosen() ? "127.0.0.\(number(1...254))" : "fd00::\(number(1...99))"
  }

  private mutating func endpoint() -> WorkloadEntry.Endpoint {
    WorkloadEntry.Endpoint(
      address: address(),
      ports: Dictionary(several { ($0.text(), $0.port()) }) { first, _ in first },
      labels: map(),
      weight: max(1, count()),
      locality: one(of: [
        Locality(), Locality(region: word()), Locality(region: word(), zone: word()),
        Locality(region: word(), zone: word(), subZone: "a/b"), Locality(subZone: word()),
      ]),
      health: one(of: [.healthy, .unhealthy, .draining]),
      kept: kept(["network", "serviceAccount"]) { .string($0.text()) }
    )
  }
}
