import MeshModel

extension Dice {
  mutating func resourceName() -> ResourceName { ResourceName(namespace: name(), name: name()) }

  mutating func weight() -> Weight { Weight(clamping: int(below: 101)) }

  mutating func header() -> HeaderField { HeaderField(name: text(), value: text()) }

  mutating func locality() -> Locality { Locality(region: text(), zone: text(), subZone: text()) }

  mutating func health() -> Workload.Health { oneOf([.healthy, .unhealthy, .draining]) }

  mutating func objectKey() -> MeshObjectKey {
    MeshObjectKey(kind: oneOf(MeshObjectKind.allCases), name: resourceName())
  }

  mutating func finding() -> Finding {
    Finding(
      oneOf([.error, .warning]),
      oneOf([.weightsAllZero, .regexInvalid, .ruleUnreachable, .subsetUndefined]),
      text(),
      fix: text(),
      kind: maybe { $0.oneOf(MeshObjectKind.allCases) },
      path: text(),
      object: maybe { $0.resourceName() },
      rule: maybe { $0.int() },
      subset: maybe { $0.int() }
    )
  }

  mutating func match() -> HTTPMatch {
    HTTPMatch(
      uri: maybe { $0.oneOf([.prefix("/api.Greeter/"), .exact("/a/b"), .regex("/a.*")]) },
      method: maybe { _ in .exact("POST") },
      headers: maybe { [HeaderMatch(name: $0.name(), match: .exact($0.name()))] } ?? []
    )
  }

  mutating func route() -> HTTPRoute {
    HTTPRoute(
      name: maybe { $0.name() },
      matches: list(upTo: 2) { $0.match() },
      destinations: ["v1", "v2"].map {
        RouteDestination(host: "greeter", subset: $0, weight: Weight(clamping: 1 + int(below: 99)))
      },
      timeout: maybe { .milliseconds(1 + $0.int(below: 10_000)) }
    )
  }

  mutating func object() -> MeshObject {
    flag()
      ? .virtualService(
        VirtualService(
          name: resourceName(),
          hosts: ["greeter"],
          http: (0...int(below: 3)).map { _ in route() }
        )
      )
      : .destinationRule(
        DestinationRule(
          name: resourceName(),
          host: "greeter",
          subsets: [Subset(name: "v1", labels: ["version": name()])]
        )
      )
  }

  mutating func rules() -> MeshRules {
    var rules = MeshRules()
    for object in list({ $0.object() }) {
      switch object {
      case .virtualService(let service): rules.virtualServices.append(service)
      case .destinationRule(let rule): rules.destinationRules.append(rule)
      case .serviceEntry(let entry): rules.serviceEntries.append(entry)
      case .workloadEntry(let entry): rules.workloadEntries.append(entry)
      }
    }
    return rules
  }

  mutating func ruleAddress() -> RuleAddress {
    RuleAddress(virtualService: resourceName(), index: int())
  }

  /// Each kind of edit once.
  mutating func edits() -> [RuleEdit] {
    [
      .shiftWeight(ruleAddress(), destination: int(), amount: int()),
      .setWeights(ruleAddress(), list { $0.weight() }),
      .evenWeights(ruleAddress()),
      .setMatches(ruleAddress(), list { $0.match() }),
      .insertRule(ruleAddress(), route()),
      .deleteRule(ruleAddress()),
      .moveRule(ruleAddress(), to: int()),
      .applyObjects(list { $0.object() }),
      .deleteObjects(list { $0.objectKey() }),
      .replaceRules(rules(), title: text()),
    ]
  }
}
