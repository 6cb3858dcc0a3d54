/// The checks of a rule book that changes: what an edit leaves as it is isn't checked again.
///
/// Keep one for each book, and ask it for every new state. It holds the objects that it saw last,
/// which shares their storage.
package struct RuleChecks: Sendable {
  /// What is known of a VirtualService.
  fileprivate struct Service {
    let service: VirtualService
    let regexes: RegexTable
    let own: [Finding]
    let delegates: Set<ResourceName>
    var targets: [Finding] = []
    var usedSubsets: Set<SubsetKey> = []
  }

  /// What is known of a DestinationRule.
  private struct Rule {
    let rule: DestinationRule
    let own: [Finding]
    let rest: [Finding]
  }

  private struct Entries {
    var serviceEntries: [ServiceEntry] = []
    var workloadEntries: [WorkloadEntry] = []
    var resolution = InventoryResolution(serviceEntries: [], workloadEntries: [])
  }

  private var services: [ResourceName: Service] = [:]
  private var rules: [ResourceName: Rule] = [:]
  private var usedSubsets: Set<SubsetKey> = []
  private var entries = Entries()
  private var context: CheckContext?

  package init() {}

  /// Everything that is to be said of these rules: errors first, then warnings, each in the book's
  /// order.
  ///
  /// Costs what differs from the rules and the inventory that it was asked about last, and a little
  /// for every object. `inventory` is what runs; the services and workloads of the rules' own entries
  /// may be among it or not.
  package mutating func findings(on rules: MeshRules, inventory: MeshInventory) -> [Finding] {
    resolveEntries(of: rules)
    let inventory = withEntries(inventory)
    let isSameContext = context?.isSame(for: rules, inventory) ?? false
    let context = isSameContext ? self.context : nil
    let newContext = context ?? CheckContext(rules, inventory)
    self.context = newContext
    var findings = entries.resolution.findings + rules.duplicates
    findings += check(rules.virtualServices, newContext, isSameContext: isSameContext)
    findings += check(rules.destinationRules, newContext, isSameContext: isSameContext)
    return findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning }
  }

  // MARK: Entries

  private mutating func resolveEntries(of rules: MeshRules) {
    guard
      rules.serviceEntries != entries.serviceEntries
        || rules.workloadEntries != entries.workloadEntries
    else { return }
    entries = Entries(
      serviceEntries: rules.serviceEntries,
      workloadEntries: rules.workloadEntries,
      resolution: InventoryResolution(
        serviceEntries: rules.serviceEntries,
        workloadEntries: rules.workloadEntries
      )
    )
  }

  /// With the services of the entries that aren't among it yet.
  private func withEntries(_ inventory: MeshInventory) -> MeshInventory {
    let own = entries.resolution.inventory
    guard !own.services.isEmpty else { return inventory }
    let hosts = Set(inventory.services.map(\.host))
    guard own.services.contains(where: { !hosts.contains($0.host) }) else { return inventory }
    return MeshInventory(
      services: inventory.services + own.services.filter { !hosts.contains($0.host) },
      workloads: inventory.workloads + own.workloads.filter { !hosts.contains($0.host) }
    )
  }

  // MARK: VirtualServices

  private mutating func check(
    _ virtualServices: [VirtualService],
    _ context: CheckContext,
    isSameContext: Bool
  ) -> [Finding] {
    let known = services
    services = [:]
    services.reserveCapacity(virtualServices.count)
    var findings: [Finding] = []
    var delegated: Set<ResourceName> = []
    for service in virtualServices {
      let old = known[service.name]
      let isSame = old?.service == service
      var entry = (isSame ? old : nil) ?? Service(service, old?.regexes)
      if !isSame || !isSameContext {
        let targets = RuleTargets(service, context)
        entry.targets = targets.findings
        entry.usedSubsets = targets.usedSubsets
      }
      delegated.formUnion(entry.delegates)
      findings += (entry.own + entry.targets).inRuleOrder
      services[service.name] = entry
    }
    return findings + unusedDelegates(virtualServices, delegated)
  }

  private func unusedDelegates(
    _ virtualServices: [VirtualService],
    _ delegated: Set<ResourceName>
  ) -> [Finding] {
    virtualServices.filter { $0.isDelegate && !delegated.contains($0.name) }.flatMap { service in
      var list = FindingList(on: .virtualService, service.name)
      list.add(
        .warning(
          .hostsMissing,
          at: "hosts",
          "it has no host and no rule delegates to it, so it does nothing; want one host at least",
          fix: "add hosts, or a rule that delegates to it"
        )
      )
      return list.findings
    }
  }

  // MARK: DestinationRules

  private mutating func check(
    _ destinationRules: [DestinationRule],
    _ context: CheckContext,
    isSameContext: Bool
  ) -> [Finding] {
    var used: Set<SubsetKey> = []
    for service in services.values { used.formUnion(service.usedSubsets) }
    let isSameRest = isSameContext && used == usedSubsets
    usedSubsets = used
    let known = rules
    rules = [:]
    rules.reserveCapacity(destinationRules.count)
    var findings: [Finding] = []
    for rule in destinationRules {
      let old = known[rule.name].flatMap { $0.rule == rule ? $0 : nil }
      let rest = isSameRest ? old?.rest : nil
      let entry = Rule(
        rule: rule,
        own: old?.own ?? DestinationRuleCheck.findings(on: rule),
        rest: rest ?? DestinationRuleCheck.findings(on: rule, context, used: used)
      )
      rules[rule.name] = entry
      findings += entry.own + entry.rest
    }
    return findings
  }
}

extension RuleChecks.Service {
  /// Checks the VirtualService by itself.
  fileprivate init(_ service: VirtualService, _ regexes: RegexTable?) {
    let regexes = RegexTable(service.http, reusing: regexes)
    self.init(
      service: service,
      regexes: regexes,
      own: VirtualServiceCheck(service, regexes).findings,
      delegates: Set(service.http.lazy.compactMap(\.delegate))
    )
  }
}

extension [Finding] {
  /// What is said of the whole object first, then rule by rule.
  fileprivate var inRuleOrder: [Finding] {
    guard count > 1 else { return self }
    return enumerated().sorted {
      ($0.element.rule ?? -1, $0.offset) < ($1.element.rule ?? -1, $1.offset)
    }.map(\.element)
  }
}
