/// Checks one VirtualService.
struct VirtualServiceCheck {
  private let service: VirtualService
  private let context: CheckContext
  private(set) var findings: [Finding] = []

  init(_ service: VirtualService, _ context: CheckContext) {
    self.service = service
    self.context = context
    checkHosts()
    for index in service.http.indices { checkRule(at: index) }
    checkReach()
  }

  private mutating func checkHosts() {
    if service.hosts.isEmpty {
      add(.error, .hostsMissing, "VirtualService \(service.name) has no host; want one at least")
    }
    for host in service.hosts {
      guard let problem = HostName.problem(with: host, allowsWildcard: true) else { continue }
      add(.error, .hostInvalid, "VirtualService \(service.name): \(problem)")
    }
  }

  private mutating func checkRule(at index: Int) {
    let rule = service.http[index]
    checkWeights(of: rule, at: index)
    checkDestinations(of: rule, at: index)
    for (number, match) in rule.matches.enumerated() {
      for problem in match.problems {
        add(problem.severity, problem.code, problem.message, rule: index)
      }
      if match.isEmpty, rule.matches.count > 1 {
        add(
          .warning,
          .matchEmpty,
          "alternative \(number + 1) of the match has no condition, so the others make no "
            + "difference; want a condition such as user=admin, or no alternatives",
          rule: index
        )
      }
    }
  }

  // MARK: Destinations

  private mutating func checkWeights(of rule: HTTPRoute, at index: Int) {
    guard !rule.destinations.isEmpty else {
      add(.error, .destinationsMissing, "it has no destination; want one at least", rule: index)
      return
    }
    // A single destination gets every call, whatever its weight.
    guard rule.destinations.count > 1 else { return }
    do throws(MeshConfigError) {
      _ = try rule.checkedSum(rule.destinations.map(\.weight))
    } catch {
      add(.error, error.code, error.message, rule: index)
    }
  }

  private mutating func checkDestinations(of rule: HTTPRoute, at index: Int) {
    var seen: Set<RouteDestination> = []
    for destination in rule.destinations {
      if let problem = HostName.problem(with: destination.host, allowsWildcard: false) {
        add(.error, .hostInvalid, "a destination: \(problem)", rule: index)
        continue
      }
      let host = HostName(destination.host, inNamespace: service.name.namespace)
      var target = destination
      target.host = host.description
      target.weight = .one
      if !seen.insert(target).inserted {
        add(
          .warning,
          .destinationDuplicate,
          "it lists destination \(destination.label) twice, and some clients count only one of "
            + "the weights; want one destination with their sum",
          rule: index
        )
      }
      checkWorkloads(of: destination, host: host, at: index)
    }
  }

  private mutating func checkWorkloads(
    of destination: RouteDestination,
    host: HostName,
    at index: Int
  ) {
    guard context.hasService(host) else {
      add(
        .warning,
        .hostInvalid,
        "destination host \(host) is no service of the mesh, so its calls fail; "
          + "want the host of a service",
        rule: index
      )
      return
    }
    guard let name = destination.subset else {
      guard destination.weight > .zero, !context.hasHealthyWorkload(host) else { return }
      let message =
        context.hasWorkload(host)
        ? "\(host) has no healthy workload; want one at least"
        : "there is no workload behind \(host), so its calls fail; want one at least"
      add(.warning, .subsetWithoutWorkload, message, rule: index)
      return
    }
    guard let subset = context.subset(name, of: host) else {
      add(
        .warning,
        .subsetUndefined,
        "subset \(name) of \(host) is in no DestinationRule, so its calls fail; "
          + "want a DestinationRule that defines it",
        rule: index
      )
      return
    }
    guard destination.weight > .zero, !context.hasHealthyWorkload(host, behind: subset) else {
      return
    }
    guard !context.hasWorkload(behind: subset, of: host) else {
      let message = "subset \(name) has no healthy workload; want one of \(host) at least"
      return add(.warning, .subsetWithoutWorkload, message, rule: index)
    }
    add(
      .warning,
      .subsetWithoutWorkload,
      "there is no workload behind subset \(name), so its calls fail; "
        + "want one of \(host) with \(subset.labels.labelText)",
      rule: index
    )
  }

  // MARK: Reach

  private mutating func checkReach() {
    guard !service.http.isEmpty else {
      add(
        .error,
        .defaultRuleMissing,
        "VirtualService \(service.name) has no rule, so every call fails; want one at least"
      )
      return
    }
    let reach = RuleReach(service.http)
    for index in service.http.indices {
      guard let obstacle = reach.obstacle(at: index) else { continue }
      add(.warning, .ruleUnreachable, "it can never match: \(obstacle)", rule: index)
    }
    guard !reach.coversEveryCall else { return }
    add(
      .warning,
      .defaultRuleMissing,
      "VirtualService \(service.name) has no rule for any request, so calls that match none fail; "
        + "want a last rule without a match"
    )
  }

  /// Adds a finding; with a rule's index, its message begins with the rule's place.
  private mutating func add(
    _ severity: Finding.Severity,
    _ code: MeshConfigError.Code,
    _ message: String,
    rule: Int? = nil
  ) {
    let place = rule.map { "rule \($0 + 1) of \(service.name): " } ?? ""
    findings.append(Finding(severity, code, place + message, object: service.name, rule: rule))
  }
}
