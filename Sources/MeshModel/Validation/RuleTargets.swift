/// What is to be said of where a VirtualService's rules send calls, given the rest of the mesh.
///
/// Each place is looked up once, however many rules name it.
struct RuleTargets {
  private struct Target: Hashable {
    let host: String
    let subset: String?
    let port: UInt16?
    let getsCalls: Bool
  }

  private let service: VirtualService
  private let context: CheckContext
  private var list: FindingList
  private var known: [Target: [FieldProblem]] = [:]
  private var hosts: [String: HostName] = [:]
  /// The subsets that get calls.
  private(set) var usedSubsets: Set<SubsetKey> = []

  init(_ service: VirtualService, _ context: CheckContext) {
    self.service = service
    self.context = context
    list = FindingList(on: .virtualService, service.name)
    for (index, rule) in service.http.enumerated() {
      checkRoute(of: rule, at: index)
      for (number, mirror) in rule.mirrors.enumerated() {
        for problem in problems(with: mirror.destination, getsCalls: true) {
          list.add(problem.under("mirrors[\(number)].destination"), inRule: index)
        }
      }
      if let delegate = rule.delegate { checkDelegate(delegate, of: rule, at: index) }
    }
    checkHosts()
  }

  var findings: [Finding] { list.findings }

  private mutating func checkRoute(of rule: HTTPRoute, at index: Int) {
    let isOnly = rule.destinations.count == 1
    for (number, destination) in rule.destinations.enumerated() {
      let getsCalls = isOnly || destination.weight > .zero
      for problem in problems(with: destination, getsCalls: getsCalls) {
        list.add(problem.under("route[\(number)].destination"), inRule: index)
      }
    }
    guard !isOnly else { return }
    var seen: Set<Target> = []
    for (number, destination) in rule.destinations.enumerated() {
      let target = Target(
        host: host(destination.host).description,
        subset: destination.subset,
        port: destination.port,
        getsCalls: true
      )
      guard !seen.insert(target).inserted else { continue }
      list.add(
        .warning(
          .destinationDuplicate,
          at: "route[\(number)].destination",
          "it lists destination \(destination.label) twice, and some clients count only one of "
            + "the weights; want one destination with their sum",
          fix: "keep one of them, with the sum of the weights"
        ),
        inRule: index
      )
    }
  }

  private mutating func problems(
    with destination: RouteDestination,
    getsCalls: Bool
  ) -> [FieldProblem] {
    let target = Target(
      host: destination.host,
      subset: destination.subset,
      port: destination.port,
      getsCalls: getsCalls
    )
    if let problems = known[target] { return problems }
    let host = host(destination.host)
    if let subset = destination.subset, getsCalls {
      usedSubsets.insert(SubsetKey(host: host, subset: subset))
    }
    let problems = context.problems(with: destination, host: host, getsCalls: getsCalls)
    known[target] = problems
    return problems
  }

  private mutating func host(_ text: String) -> HostName {
    if let host = hosts[text] { return host }
    let host = HostName(text, inNamespace: service.name.namespace)
    hosts[text] = host
    return host
  }

  // MARK: Hosts

  /// Hosts that nobody can call, unless a destination of the same host has been told of.
  private mutating func checkHosts() {
    let told = Set(hosts.values)
    for (index, text) in service.hosts.enumerated() where !text.hasPrefix("*") {
      let host = host(text)
      guard !told.contains(host), !context.hasService(host),
        HostName.problem(with: text, allowsWildcard: false) == nil
      else { continue }
      list.add(
        .warning(
          .hostUnknown,
          at: "hosts[\(index)]",
          "host \(host) is no service of the mesh, so nobody's calls follow these rules; "
            + "want the host of a service",
          fix: context.fixForUnknown(host)
        )
      )
    }
  }

  // MARK: Delegates

  private mutating func checkDelegate(_ name: ResourceName, of rule: HTTPRoute, at index: Int) {
    guard let delegate = context.delegates[name] else {
      let found =
        context.isVirtualService(name)
        ? "has hosts of its own, so nobody can delegate to it" : "isn't there"
      list.add(
        .warning(
          .delegateUnknown,
          at: "delegate",
          "VirtualService \(name) \(found), and the rule does nothing; "
            + "want a VirtualService without hosts",
          fix: "add VirtualService \(name) without hosts, or name another one"
        ),
        inRule: index
      )
      return
    }
    for (number, leaf) in delegate.http.enumerated()
    where leaf.delegate == nil && leaf.merged(under: rule) == nil {
      list.add(
        .warning(
          .delegateConflict,
          at: "delegate",
          "rule \(number + 1) of \(name) contradicts the match of this rule, or has a regex where "
            + "this one has a condition too, so it is left out; want a match within this rule's",
          fix: "narrow the match of rule \(number + 1) of \(name)"
        ),
        inRule: index
      )
    }
  }
}

extension FieldProblem {
  /// The same problem, told from the part around.
  fileprivate func under(_ path: String) -> FieldProblem {
    var problem = self
    problem.path = path.joinedPath(self.path)
    return problem
  }
}
