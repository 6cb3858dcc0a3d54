/// Checks one DestinationRule.
struct DestinationRuleCheck {
  private let rule: DestinationRule
  private var list: FindingList

  private init(_ rule: DestinationRule) {
    self.rule = rule
    list = FindingList(on: .destinationRule, rule.name)
  }

  /// What is to be said of it whatever else there is.
  static func findings(on rule: DestinationRule) -> [Finding] {
    var check = DestinationRuleCheck(rule)
    check.checkItself()
    return check.list.findings
  }

  /// What is to be said of it given the rest of the mesh.
  ///
  /// `used` are the subsets that rules send calls to: what is wrong with them is told there.
  static func findings(
    on rule: DestinationRule,
    _ context: CheckContext,
    used: Set<SubsetKey>
  ) -> [Finding] {
    var check = DestinationRuleCheck(rule)
    check.checkHost(context, used: used)
    return check.list.findings
  }

  // MARK: By itself

  private mutating func checkItself() {
    if let problem = HostName.problem(with: rule.host, allowsWildcard: true) {
      list.add(.error(.hostInvalid, at: "host", problem, fix: "correct the host's name"))
    }
    for problem in (rule.trafficPolicy?.problems ?? []).under("trafficPolicy") {
      list.add(problem)
    }
    for problem in (rule.workloadSelector?.labelProblems ?? []).under(
      "workloadSelector.matchLabels"
    ) {
      list.add(problem)
    }
    var names: Set<String> = []
    for (index, subset) in rule.subsets.enumerated() {
      let isFirst = names.insert(subset.name).inserted
      for problem in subset.problems(isFirst: isFirst).under("subsets[\(index)]") {
        list.add(problem, subset: index)
      }
    }
  }

  // MARK: Given the rest

  private mutating func checkHost(_ context: CheckContext, used: Set<SubsetKey>) {
    let host = HostName(rule.host, inNamespace: rule.name.namespace)
    guard HostName.problem(with: rule.host, allowsWildcard: false) == nil else { return }
    guard let ports = context.servicePorts(host) else {
      list.add(
        .warning(
          .hostUnknown,
          at: "host",
          "host \(host) is no service of the mesh, so it does nothing; want the host of a service",
          fix: context.fixForUnknown(host)
        )
      )
      return
    }
    checkPorts(rule.trafficPolicy, host, ports, at: "trafficPolicy", subset: nil)
    for (index, subset) in rule.subsets.enumerated() {
      checkPorts(
        subset.trafficPolicy,
        host,
        ports,
        at: "subsets[\(index)].trafficPolicy",
        subset: index
      )
      let isUsed = used.contains(SubsetKey(host: host, subset: subset.name))
      guard !isUsed, !context.hasWorkload(behind: subset, of: host) else { continue }
      list.add(
        .warning(
          .subsetWithoutWorkload,
          at: "subsets[\(index)].labels",
          "subset \(subset.name) has no workload behind it; "
            + "want one of \(host) with \(subset.labels.labelText)",
          fix: "start a workload with \(subset.labels.labelText), or correct the labels"
        ),
        subset: index
      )
    }
  }

  private mutating func checkPorts(
    _ policy: TrafficPolicy?,
    _ host: HostName,
    _ ports: [UInt16],
    at path: String,
    subset: Int?
  ) {
    for (index, port) in (policy?.ports ?? []).enumerated()
    where port.number > 0 && !ports.contains(port.number) {
      let wanted = ports.map(String.init).joined(separator: " or ")
      list.add(
        .warning(
          .portUnknown,
          at: "\(path).portLevelSettings[\(index)].port.number",
          "\(host) has no port \(port.number), so its settings do nothing; want \(wanted)",
          fix: "set port \(wanted)"
        ),
        subset: subset
      )
    }
  }
}

extension Subset {
  fileprivate func problems(isFirst: Bool) -> [FieldProblem] {
    var problems: [FieldProblem] = []
    if !hasValidName {
      problems.append(
        .error(
          .subsetNameInvalid,
          at: "name",
          "a subset can't be called \"\(name)\"; want 1 to 63 letters, digits, - _ or ., "
            + "the first and the last a letter or a digit",
          fix: "rename the subset"
        )
      )
    } else if !isFirst {
      problems.append(
        .error(
          .subsetDuplicate,
          at: "name",
          "it defines subset \(name) twice; want each name once",
          fix: "rename or remove one of them"
        )
      )
    }
    if labels.isEmpty {
      problems.append(
        .warning(
          .subsetWithoutLabels,
          at: "labels",
          "subset \(name) has no labels, so every workload of the host is in it; "
            + "want labels such as version: v1",
          fix: "give the subset labels"
        )
      )
    }
    problems += labels.labelProblems.under("labels")
    return problems + (trafficPolicy?.problems ?? []).under("trafficPolicy")
  }

  private var hasValidName: Bool {
    !name.isEmpty && NameRules.isLabelName(name) && !name.contains("/")
  }
}
