package import MeshModel
import MeshPicture
import XDSCore

extension MeshState {
  /// Takes in what a client told of its load: see ``MeshEngine/record(load:)``.
  package mutating func record(load report: LoadReport, now: Moment) {
    let client = caller(ofNode: report.nodeID, at: now.monotonic) ?? MeshState.otherClients
    let loads = report.clusters.map(LoadCount.bounded)
    let known = loads.filter { traffic.isKnown(cluster: $0.cluster) }
    let context = loadContext(known, report, client: client)
    let outcome =
      sources.change(report.nodeID) {
        $0.ledger.take(known, isFirst: report.isFirst, at: now.monotonic)
      }
      ?? CallLedger.Outcome(counts: true)
    act(on: outcome, client: client, now)
    clients.count(client) { $0.noteSign(at: now.monotonic) }
    // An Envoy tells of the cluster of its control plane too.
    let source = sources.source(ofNode: report.nodeID)
    if outcome.counts || source == nil && clients.profile(of: client) != .envoy {
      let strays = loads.filter { !traffic.isKnown(cluster: $0.cluster) && $0.completed > 0 }
      for load in strays { noteStray(load, node: report.nodeID, client: client, now) }
    }
    guard outcome.counts else { return }
    let counts = known.map { LoadCount($0) }
    // It tells of calls of any time, by routes of any time.
    guard !report.isFirst else { return count(counts, context: nil, client: client, now) }
    count(counts, context: context, client: client, now)
    lookForEffect(counts, context, client: client, now)
  }

  /// See ``MeshEngine/noteReportStream(source:nodeID:isOpen:)``.
  package mutating func noteReportStream(
    _ source: CallSource,
    nodeID: String,
    isOpen: Bool,
    now: Moment
  ) {
    guard let client = caller(ofNode: nodeID, at: now.monotonic) else { return }
    let outcome = sources.change(nodeID) {
      $0.ledger.noteStream(source, isOpen: isOpen, at: now.monotonic)
    }
    if let outcome { act(on: outcome, client: client, now) }
  }

  /// Counts what was put by for sources that did not tell of it after all.
  mutating func settleSources(at now: Moment) {
    for (node, credits) in sources.settle(at: now.monotonic) {
      guard let client = caller(ofNode: node, at: now.monotonic) else { continue }
      act(on: CallLedger.Outcome(credits: credits), client: client, now)
    }
  }

  /// Counts and tells what a source's ledger says.
  mutating func act(on outcome: CallLedger.Outcome, client: ClientID, _ now: Moment) {
    if !outcome.credits.isEmpty {
      count(outcome.credits, context: nil, client: client, now)
    }
    for notice in outcome.notices {
      let name = clients.name(of: client) ?? "engine"
      events.add(notice.severity, name, notice.text, at: now.wall)
    }
  }

  /// Counts calls in all that they belong to; without `context`, of which nobody knows when they
  /// were, in no rule and in no rate.
  private mutating func count(
    _ loads: [LoadCount],
    context: TrafficTable.LoadContext?,
    client: ClientID,
    _ now: Moment
  ) {
    for load in loads where load.calls > 0 {
      clients.count(client) {
        $0.record(
          calls: load.calls,
          failed: load.failed,
          cluster: load.cluster,
          at: context == nil ? nil : now.monotonic,
          now: now.monotonic
        )
      }
    }
    let drifting = traffic.record(loads, context: context, client: client, at: now.monotonic)
    noteEndpointTurns(at: now.wall)
    for target in drifting {
      let rule = traffic.services[target.service].rules[target.rule]
      noteDrift(rule, index: target.rule, at: now.wall)
    }
  }

  /// What is known of the routes by which a report's calls were decided.
  private mutating func loadContext(
    _ loads: [LoadReport.ClusterLoad],
    _ report: LoadReport,
    client: ClientID
  ) -> TrafficTable.LoadContext {
    let node = report.nodeID
    let profile = clients.profile(of: client)
    let push = clients.awaitsRoutes(client) ? nil : clients.routesPush(of: client)
    var context = TrafficTable.LoadContext()
    context.now = push.flatMap { pushes.content(atPush: $0, of: profile) }
    context.push = push ?? 0
    sources.change(node) { entry in
      context.pushBefore = entry.loads.push ?? 0
      context.underWay = entry.loads.underWay
    }
    context.before = pushes.content(atPush: context.pushBefore, of: profile)
    let hasChanged =
      report.isFirst || context.now == nil || context.now?.since != context.before?.since
    let underWay = hasChanged ? loads.filter { $0.inProgress > 0 }.map(\.cluster) : []
    sources.change(node) { entry in
      entry.loads.push = push
      entry.loads.underWay = Set(underWay)
    }
    return context
  }

  private mutating func lookForEffect(
    _ loads: [LoadCount],
    _ context: TrafficTable.LoadContext,
    client: ClientID,
    _ now: Moment
  ) {
    let newest = pushes.newestContent(of: clients.profile(of: client))
    guard clocks.keyToFirstEffect == nil, clocks.canShowEffectByCluster,
      let content = context.now, content.since == newest?.since
    else { return }
    for load in loads where load.answered > 0 && probe?.isEffect(cluster: load.cluster) == true {
      let subset = traffic.subset(ofCluster: load.cluster)
      let answer = "\(subset.isEmpty ? load.cluster : subset) (a report's time late)"
      return noteEffect("first load report", from: answer, client: client, now)
    }
  }

  /// A client reports calls of a cluster that the mesh doesn't have.
  private mutating func noteStray(
    _ load: LoadReport.ClusterLoad,
    node: String,
    client: ClientID,
    _ now: Moment
  ) {
    clients.count(client) { $0.strayCalls += load.completed }
    let isNews = sources.change(node) { $0.loads.isNews(load.cluster) } ?? false
    guard isNews else { return }
    let text = "reports \(load.completed) calls of a cluster unknown here: \(load.cluster)"
    events.add(.warning, clients.name(of: client) ?? "engine", text, at: now.wall)
  }
}

extension CallLedger.Notice {
  fileprivate var severity: EventPicture.Severity {
    switch self {
    case .counts(.accessLog, _), .counts(.log, _), .counts(.loadReport, nil): .info
    case .counts(.loadReport, _), .disagree: .warning
    }
  }

  fileprivate var text: String {
    switch self {
    case .counts(.loadReport, .accessLog?), .counts(.loadReport, nil):
      "no access log for 5 s: its calls are counted by load reports (LRS) from now on"
    case .counts(let source, let before):
      "its calls are counted by \(source.name) from now on"
        + (before.map { ", no longer by \($0.name)" } ?? "")
    case .disagree(let accessLog, let loadReport, let seconds):
      "access log and load reports differ over \(seconds) s: ALS \(accessLog) calls, "
        + "LRS \(loadReport); ALS counts"
    }
  }
}

extension CallSource {
  fileprivate var name: String {
    switch self {
    case .accessLog: "access log (ALS)"
    case .loadReport: "load reports (LRS)"
    case .log: "its log"
    }
  }
}
