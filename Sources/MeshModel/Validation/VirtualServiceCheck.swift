/// What is to be said of one VirtualService whatever else there is.
struct VirtualServiceCheck {
  private let service: VirtualService
  private var list: FindingList

  init(_ service: VirtualService, _ regexes: RegexTable) {
    self.service = service
    list = FindingList(on: .virtualService, service.name)
    checkHosts()
    checkGateways()
    for (index, rule) in service.http.enumerated() {
      for problem in rule.problems(regexes, isInDelegate: service.isDelegate) {
        list.add(problem, inRule: index)
      }
    }
    checkReach(regexes)
  }

  var findings: [Finding] { list.findings }

  private mutating func checkHosts() {
    var seen: Set<String> = []
    let wildcards = service.hosts.filter { $0.hasPrefix("*.") }
    for (index, host) in service.hosts.enumerated() {
      let path = "hosts[\(index)]"
      if let problem = HostName.problem(with: host, allowsWildcard: true) {
        list.add(.error(.hostInvalid, at: path, problem, fix: "correct the host's name"))
      } else if !seen.insert(service.qualified(host)).inserted {
        list.add(
          .error(
            .hostDuplicate,
            at: path,
            "host \(host) is there twice; want each host once",
            fix: "remove one of them"
          )
        )
      } else if let wider = wildcards.first(where: { $0.takes(host) }) {
        list.add(
          .warning(
            .hostDuplicate,
            at: path,
            "host \(host) is one of \(wider) too; want one of them",
            fix: "remove \(host) or \(wider)"
          )
        )
      }
    }
  }

  private mutating func checkGateways() {
    for problem in service.gateways.gatewayProblems.under("gateways") { list.add(problem) }
    guard !service.gateways.isEmpty else { return }
    if service.isDelegate {
      list.add(
        .error(
          .delegateInvalid,
          at: "gateways",
          "it has gateways but no hosts, and what others delegate to has the gateways of those; "
            + "want hosts, or no gateways",
          fix: "remove gateways, or add hosts"
        )
      )
    } else if !service.isForMesh {
      list.add(
        .warning(
          .gatewayOnly,
          at: "gateways",
          "it is for gateways only, so no client of the mesh follows it; want mesh among them",
          fix: "add mesh to gateways"
        )
      )
    }
  }

  private mutating func checkReach(_ regexes: RegexTable) {
    guard !service.http.isEmpty else { return checkOtherRules() }
    let reach = RuleReach(service.http, regexes)
    for index in service.http.indices {
      guard let obstacle = reach.obstacles[index] else { continue }
      list.add(
        .warning(
          .ruleUnreachable,
          "it can never match: \(obstacle)",
          fix: "move it up, change its match, or delete it"
        ),
        inRule: index
      )
    }
    guard !reach.coversEveryCall, !service.isDelegate else { return }
    list.add(
      .warning(
        .defaultRuleMissing,
        at: "http",
        "there is no rule for any request, so calls that match none fail; "
          + "want a last rule without a match",
        fix: "add a last rule without match"
      )
    )
  }

  /// Rules for TCP and TLS are kept, though no client gets them.
  private mutating func checkOtherRules() {
    guard service.kept.spec["tcp"] == nil, service.kept.spec["tls"] == nil else { return }
    list.add(
      .error(
        .defaultRuleMissing,
        at: "http",
        "it has no rule, so every call fails; want one at least",
        fix: "add a rule under http"
      )
    )
  }
}

extension VirtualService {
  /// A host of its list in full; wildcards as they are.
  func qualified(_ host: String) -> String {
    host.hasPrefix("*")
      ? host.lowercased() : HostName(host, inNamespace: name.namespace).description
  }
}

extension String {
  /// Whether another host is one of those that this wildcard stands for.
  fileprivate func takes(_ host: String) -> Bool {
    let suffix = dropFirst().lowercased()
    return host.lowercased() != lowercased() && host.lowercased().hasSuffix(suffix)
  }
}
