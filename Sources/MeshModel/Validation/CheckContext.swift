/// A subset, told apart from those of other hosts.
struct SubsetKey: Hashable {
  let host: HostName
  let subset: String
}

/// What the checks of one object need to know of the rest of the mesh.
struct CheckContext {
  /// The subsets of all DestinationRules for a host; of equal names the first.
  private var subsets: [SubsetKey: Subset] = [:]
  private var subsetNames: [HostName: [String]] = [:]
  private let ports: [HostName: [UInt16]]
  private let workloads: [HostName: [Workload]]
  /// VirtualServices without hosts.
  let delegates: [ResourceName: VirtualService]
  private let virtualServices: Set<ResourceName>
  private let destinationRules: [DestinationRule]
  private let inventory: MeshInventory

  init(_ rules: MeshRules, _ inventory: MeshInventory) {
    ports = Dictionary(
      inventory.services.map { ($0.host, $0.ports.map(\.number)) },
      uniquingKeysWith: +
    )
    workloads = Dictionary(grouping: inventory.workloads, by: \.host)
    delegates = Dictionary(
      rules.virtualServices.lazy.filter(\.isDelegate).map { ($0.name, $0) }
    ) { first, _ in first }
    virtualServices = Set(rules.virtualServices.lazy.map(\.name))
    destinationRules = rules.destinationRules
    self.inventory = inventory
    for rule in rules.destinationRules {
      let host = HostName(rule.host, inNamespace: rule.name.namespace)
      for subset in rule.subsets {
        let key = SubsetKey(host: host, subset: subset.name)
        guard subsets[key] == nil else { continue }
        subsets[key] = subset
        subsetNames[host, default: []].append(subset.name)
      }
    }
  }

  /// Whether another one would say the same of every VirtualService; cheap where parts are shared.
  func isSame(for rules: MeshRules, _ inventory: MeshInventory) -> Bool {
    inventory == self.inventory && rules.destinationRules == destinationRules
      && rules.virtualServices.count == virtualServices.count
      && rules.virtualServices.allSatisfy { service in
        virtualServices.contains(service.name)
          && (service.isDelegate
            ? delegates[service.name] == service : delegates[service.name] == nil)
      }
  }

  func hasService(_ host: HostName) -> Bool { ports[host] != nil }

  func hasWorkload(behind subset: Subset, of host: HostName) -> Bool {
    workloads[host]?.contains(where: subset.selects) ?? false
  }

  func isVirtualService(_ name: ResourceName) -> Bool { virtualServices.contains(name) }

  /// The ports of a service; nil where there is none of this host.
  func servicePorts(_ host: HostName) -> [UInt16]? { ports[host] }

  /// What to do about a host that isn't there.
  func fixForUnknown(_ host: HostName) -> String {
    "correct the host, or add a ServiceEntry for \(host)"
  }

  // MARK: Destinations

  /// What is wrong with sending calls there.
  func problems(
    with destination: RouteDestination,
    host: HostName,
    getsCalls: Bool
  ) -> [FieldProblem] {
    if let problem = HostName.problem(with: destination.host, allowsWildcard: false) {
      let message = "a destination: \(problem)"
      return [.error(.hostInvalid, at: "host", message, fix: "correct the host's name")]
    }
    guard let ports = ports[host] else {
      return [
        .warning(
          .hostUnknown,
          at: "host",
          "destination host \(host) is no service of the mesh, so its calls fail; "
            + "want the host of a service",
          fix: fixForUnknown(host)
        )
      ]
    }
    return portProblems(destination.port, host: host, ports: ports)
      + workloadProblems(destination.subset, host: host, getsCalls: getsCalls)
  }

  private func portProblems(_ port: UInt16?, host: HostName, ports: [UInt16]) -> [FieldProblem] {
    guard let port else { return [] }
    if port == 0 {
      return [
        .error(
          .portInvalid,
          at: "port.number",
          "the destination's port is 0; want 1 to 65535",
          fix: "set a port of \(host)"
        )
      ]
    }
    guard !ports.contains(port) else { return [] }
    let wanted = ports.map(String.init).joined(separator: " or ")
    return [
      .warning(
        .portUnknown,
        at: "port.number",
        "\(host) has no port \(port), so its calls fail; "
          + "want \(wanted.isEmpty ? "a service with that port" : wanted)",
        fix: wanted.isEmpty ? "add port \(port) to the service" : "set port \(wanted)"
      )
    ]
  }

  private func workloadProblems(
    _ name: String?,
    host: HostName,
    getsCalls: Bool
  ) -> [FieldProblem] {
    guard let name else { return getsCalls ? workloadProblems(of: host) : [] }
    guard let subset = subsets[SubsetKey(host: host, subset: name)] else {
      return [
        .warning(
          .subsetUndefined,
          at: "subset",
          "subset \(name) of \(host) is in no DestinationRule, so its calls fail; "
            + "want a DestinationRule that defines it",
          fix: fixForUndefined(name, of: host)
        )
      ]
    }
    let healthy = workloads[host]?.contains { $0.health == .healthy && subset.selects($0) }
    guard getsCalls, healthy != true else { return [] }
    let isThere = hasWorkload(behind: subset, of: host)
    return [
      .warning(
        .subsetWithoutWorkload,
        at: "subset",
        isThere
          ? "subset \(name) has no healthy workload; want one of \(host) at least"
          : "there is no workload behind subset \(name), so its calls fail; "
            + "want one of \(host) with \(subset.labels.labelText)",
        fix: isThere
          ? "wait for a workload of \(name), or give its weight to another destination"
          : "start a workload with \(subset.labels.labelText), or correct the subset's labels"
      )
    ]
  }

  private func workloadProblems(of host: HostName) -> [FieldProblem] {
    let all = workloads[host] ?? []
    guard !all.contains(where: { $0.health == .healthy }) else { return [] }
    return [
      .warning(
        .subsetWithoutWorkload,
        at: "host",
        all.isEmpty
          ? "there is no workload behind \(host), so its calls fail; want one at least"
          : "\(host) has no healthy workload; want one at least",
        fix: "start a workload of \(host)"
      )
    ]
  }

  private func fixForUndefined(_ name: String, of host: HostName) -> String {
    guard let defined = subsetNames[host] else {
      return "add a DestinationRule of \(host) with subset \(name)"
    }
    return "set subset to \(defined.prefix(5).joined(separator: " or ")), or define \(name)"
  }
}
