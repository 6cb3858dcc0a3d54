import MeshModel
import XDSCore

/// Calls that only a followed log tells of: what answered, and neither host nor rule.
extension TrafficTable {
  struct LoggedKey: Hashable, Sendable {
    var content: UInt64
    var authority: String
    var endpoint: String
    var workloadVersion: String
  }

  struct LoggedAnswer: Sendable {
    var decision = Decision()
    /// Empty where nobody knows.
    var cluster = ""
  }

  /// Finds the service of a call by what answered it, and its rule and cluster where there is only
  /// one that can have led there, by the routes in force (`content`, nil where unknown).
  mutating func decideLogged(
    _ record: CallRecord,
    content: PushTable.Content?
  ) -> LoggedAnswer {
    let key = LoggedKey(
      content: content?.since ?? 0,
      authority: record.authority,
      endpoint: record.endpoint,
      workloadVersion: record.workloadVersion
    )
    if let known = loggedAnswers.value(for: key) { return known }
    return loggedAnswers.keep(searchLogged(record, content: content), for: key)
  }

  private mutating func searchLogged(
    _ record: CallRecord,
    content: PushTable.Content?
  ) -> LoggedAnswer {
    let dialled = content?.snapshot.servicePort(dialled: record.authority)
    let workload = answerer(of: record, host: dialled?.host)
    guard let service = loggedService(dialled, workload) else { return LoggedAnswer() }
    var answer = LoggedAnswer(decision: Decision(service: service, rule: nil))
    guard let content else { return answer }
    let specs = RuleSpec.specs(for: services[service].port, in: content.lookup)
    let ways = specs.enumerated().flatMap { rule, spec in
      spec.destinations.filter { $0.canLead(to: workload, in: spec) }.map { (rule, $0.cluster) }
    }
    let rules = Set(ways.map(\.0))
    if rules.count == 1, let rule = rules.first, isSeparable(rule, of: specs) {
      answer.decision.rule = rule
    }
    // A rule without destinations to tell apart takes all.
    if specs.count == 1 { answer.decision.rule = 0 }
    let clusters = Set(ways.map(\.1))
    if workload != nil, clusters.count == 1 { answer.cluster = clusters.first ?? "" }
    return answer
  }

  /// Whether all that a rule leads to answers for no other rule.
  ///
  /// To count those of its calls alone that went elsewhere would look like drift.
  private func isSeparable(_ rule: Int, of specs: [RuleSpec]) -> Bool {
    let others = specs.indices.filter { $0 != rule }
    return responders.newest.filter { specs[rule].canLead(to: $0) }
      .allSatisfy { workload in !others.contains { specs[$0].canLead(to: workload) } }
  }

  private mutating func answerer(of record: CallRecord, host: HostName?) -> Workload? {
    let found = responders.find(
      endpoint: record.endpoint,
      workloadVersion: record.workloadVersion,
      host: host
    )
    guard case .workload(let place) = found.responder else { return nil }
    return responders.workloads[place]
  }

  private func loggedService(_ dialled: ServicePort?, _ workload: Workload?) -> Int? {
    if let dialled { return places[dialled] }
    if services.count == 1 { return 0 }
    guard let workload else { return nil }
    let hosts = responders.newest.filter { $0.workloadVersion == workload.workloadVersion }
      .map(\.host)
    // The same version of two services: nobody knows which.
    guard hosts.allSatisfy({ $0 == workload.host }) else { return nil }
    let candidates = services.indices.filter { services[$0].port.host == workload.host }
    return candidates.count == 1 ? candidates[0] : nil
  }
}

extension RuleSpec {
  fileprivate func canLead(to workload: Workload) -> Bool {
    destinations.contains { $0.canLead(to: workload, in: self) }
  }
}

extension RuleSpec.Destination {
  /// Whether calls of a rule can have gone to a workload by this destination of it; to any at all
  /// where none is known.
  fileprivate func canLead(to workload: Workload?, in spec: RuleSpec) -> Bool {
    guard weight != 0 || spec.destinations.count == 1 else { return false }
    return workload.map(selects) ?? true
  }
}
