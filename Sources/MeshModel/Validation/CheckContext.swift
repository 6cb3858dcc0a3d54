/// What the checks of one object need to know of the rest of the mesh.
struct CheckContext {
  /// The subsets of all DestinationRules for a host; of equal names the first.
  private var subsets: [HostName: [Subset]] = [:]
  /// Subsets that some rule sends calls to.
  private var usedSubsets: [HostName: Set<String>] = [:]
  private let hosts: Set<HostName>
  private let workloads: [HostName: [Workload]]

  init(rules: MeshRules, inventory: MeshInventory) {
    hosts = Set(inventory.services.map(\.host))
    workloads = Dictionary(grouping: inventory.workloads, by: \.host)
    for rule in rules.destinationRules {
      let host = HostName(rule.host, inNamespace: rule.name.namespace)
      for subset in rule.subsets where self.subset(subset.name, of: host) == nil {
        subsets[host, default: []].append(subset)
      }
    }
    for service in rules.virtualServices {
      for destination in service.http.lazy.flatMap(\.destinations) where destination.weight > .zero
      {
        guard let subset = destination.subset else { continue }
        let host = HostName(destination.host, inNamespace: service.name.namespace)
        usedSubsets[host, default: []].insert(subset)
      }
    }
  }

  func hasService(_ host: HostName) -> Bool { hosts.contains(host) }

  func hasWorkload(_ host: HostName) -> Bool { workloads[host]?.isEmpty == false }

  /// Whether a workload of the host, and of the subset where there is one, takes calls.
  func hasHealthyWorkload(_ host: HostName, behind subset: Subset? = nil) -> Bool {
    workloads[host]?.contains { $0.health == .healthy && subset?.selects($0) != false } ?? false
  }

  func subset(_ name: String, of host: HostName) -> Subset? {
    subsets[host]?.first { $0.name == name }
  }

  func hasWorkload(behind subset: Subset, of host: HostName) -> Bool {
    workloads[host]?.contains(where: subset.selects) ?? false
  }

  func findings(on rule: DestinationRule) -> [Finding] {
    let host = HostName(rule.host, inNamespace: rule.name.namespace)
    var findings: [Finding] = []
    if let problem = HostName.problem(with: rule.host, allowsWildcard: true) {
      let message = "DestinationRule \(rule.name): \(problem)"
      findings.append(Finding(.error, .hostInvalid, message, object: rule.name))
    }
    var names: Set<String> = []
    for (index, subset) in rule.subsets.enumerated() {
      let isFirst = names.insert(subset.name).inserted
      if var finding = nameFinding(subset, in: rule, isFirst: isFirst) {
        finding.subset = index
        findings.append(finding)
      }
      // One that is used is told where it is used.
      let isUsed = usedSubsets[host]?.contains(subset.name) ?? false
      guard !isUsed, !hasWorkload(behind: subset, of: host) else { continue }
      let message =
        "subset \(subset.name) of DestinationRule \(rule.name) has no workload behind it; "
        + "want one of \(host) with \(subset.labels.labelText)"
      findings.append(
        Finding(.warning, .subsetWithoutWorkload, message, object: rule.name, subset: index)
      )
    }
    return findings
  }

  private func nameFinding(
    _ subset: Subset,
    in rule: DestinationRule,
    isFirst: Bool
  ) -> Finding? {
    guard subset.hasValidName else {
      let message =
        "subset \"\(subset.name)\" of DestinationRule \(rule.name) can't be called so; "
        + "want 1 to 63 letters, digits, - _ or ., the first and the last a letter or a digit"
      return Finding(.error, .subsetNameInvalid, message, object: rule.name)
    }
    guard !isFirst else { return nil }
    let message =
      "DestinationRule \(rule.name) defines subset \(subset.name) twice; want each name once"
    return Finding(.error, .subsetDuplicate, message, object: rule.name)
  }
}

extension Subset {
  fileprivate var hasValidName: Bool {
    let isEnd = { (byte: UInt8) in byte.isASCIIAlphanumeric }
    guard let first = name.utf8.first, let last = name.utf8.last, name.utf8.count <= 63 else {
      return false
    }
    return isEnd(first) && isEnd(last)
      && name.utf8.allSatisfy { $0.isASCIIAlphanumeric || "-_.".utf8.contains($0) }
  }
}
