package import MeshModel
import MeshPicture
import XDSCore

extension MeshState {
  /// Stands for all clients that there is no room for.
  static let otherClients = ClientID(number: 0)

  /// Takes in finished calls: see ``MeshEngine/record(calls:dropped:)``.
  package mutating func record(calls records: [CallRecord], dropped: UInt64, now: Moment) {
    calls.addDropped(dropped)
    for record in records { self.record(record, now: now) }
  }

  /// Lets one more watch the log, with all calls at first; nil where too many do.
  package mutating func openCallView() -> CallViewerID? { calls.openView() }

  /// Lets a viewer see only calls in which all these words are found (``CallFilter``).
  package mutating func setCallFilter(_ words: String, of viewer: CallViewerID) {
    calls.setFilter(words, of: viewer)
  }

  private mutating func record(_ record: CallRecord, now: Moment) {
    let client = caller(ofNode: record.nodeID, at: now.monotonic) ?? MeshState.otherClients
    let profile = clients.profile(of: client)
    let time = clients.end(of: record, of: client, at: now)
    let isCounted = takes(record, client: client, endedAt: time, now)
    let push = decidingPush(of: record, client: client, profile, endedAt: time)
    let content = push.flatMap { pushes.content(atPush: $0, of: profile) }
    var record = record
    let decision = decide(&record, content, profile)
    let revision = push.flatMap { pushes.revision(ofPush: $0) }
    if isCounted {
      let place = Place(client: client, content: content, push: push, endedAt: time)
      count(record, decision, place, now)
    } else if record.source == .log && sources.source(ofNode: record.nodeID) == .accessLog {
      // Its entry in the access log tells more.
      return
    }
    log(record, decision, client: client, revision: revision)
  }

  /// Where a call stands.
  private struct Place {
    let client: ClientID
    /// The routes that decided it.
    let content: PushTable.Content?
    let push: UInt64?
    let endedAt: MonotonicTime
  }

  /// Whether a call is to be counted: not where something else counts its client's calls.
  private mutating func takes(
    _ record: CallRecord,
    client: ClientID,
    endedAt end: MonotonicTime,
    _ now: Moment
  ) -> Bool {
    // Load reports tell only of calls that reached an endpoint.
    let cluster = record.endpoint.isEmpty || record.cluster.isEmpty ? nil : record.cluster
    var outcome = CallLedger.Outcome()
    let takes = sources.change(record.nodeID) {
      $0.ledger.take(
        record.source,
        cluster: cluster,
        endedAt: end,
        at: now.monotonic,
        &outcome
      )
    }
    if outcome != CallLedger.Outcome() { act(on: outcome, client: client, now) }
    return takes ?? true
  }

  private mutating func count(
    _ record: CallRecord,
    _ decision: TrafficTable.Decision,
    _ place: Place,
    _ now: Moment
  ) {
    let newest = pushes.newestContent(of: clients.profile(of: place.client))
    let isNewest = place.content != nil && place.content?.since == newest?.since
    let service = isNewest && record.source == .accessLog ? decision.service : nil
    clients.record(
      record,
      of: place.client,
      matchedHeaders: service.map { traffic.services[$0].matchedHeaders },
      at: place.endedAt,
      now: now.monotonic
    )
    let counted = traffic.record(
      record,
      decision,
      push: place.push,
      client: place.client,
      at: place.endedAt
    )
    noteEndpointTurns(at: now.wall)
    if counted.hasFoundDrift, let service = decision.service, let rule = decision.rule {
      noteDrift(traffic.services[service].rules[rule], index: rule, at: now.wall)
    }
    if isNewest && clocks.awaitsEffect && record.statusCode == 0 {
      lookForEffect(record, decision, counted.responder, client: place.client, now: now)
    }
  }

  /// Finds the service and the rule of a call, and the cluster where its record doesn't tell it.
  private mutating func decide(
    _ record: inout CallRecord,
    _ content: PushTable.Content?,
    _ profile: NodeProfile
  ) -> TrafficTable.Decision {
    guard record.routeName.isEmpty, record.source == .log else {
      return traffic.decide(record, content: content, newest: newestSet?[profile], profile)
    }
    let answer = traffic.decideLogged(record, content: content)
    if record.cluster.isEmpty { record.cluster = answer.cluster }
    return answer.decision
  }

  /// The push whose routes decided the call: the one that its config version names, else the one
  /// that was in force on its client; nil where it was one of an earlier run, or nobody knows.
  private mutating func decidingPush(
    of record: CallRecord,
    client: ClientID,
    _ profile: NodeProfile,
    endedAt end: MonotonicTime
  ) -> UInt64? {
    if let version = versions.parse(record.configVersion) {
      return version.boot == boot && version.revision <= pushes.newest ? version.revision : nil
    }
    let latency = record.latencyMicroseconds.multipliedReportingOverflow(by: 1_000).partialValue
    let start = MonotonicTime(nanoseconds: end.nanoseconds - min(latency, end.nanoseconds))
    guard
      let range = clients.routesPushes(of: client, at: start, margin: record.source.timeMargin)
    else { return nil }
    guard range.lowerBound != range.upperBound else { return range.upperBound }
    // Either is right where both have the same routes.
    let contents = [range.lowerBound, range.upperBound].map {
      pushes.content(atPush: $0, of: profile)?.since
    }
    return contents[0] != nil && contents[0] == contents[1] ? range.upperBound : nil
  }

  private mutating func log(
    _ record: CallRecord,
    _ decision: TrafficTable.Decision,
    client: ClientID,
    revision: UInt64?
  ) {
    let row = CallRow(
      sequence: 0,
      record: record,
      client: clients.name(of: client) ?? ClientEntry.shortName(record.nodeID),
      rule: decision.rule.map { $0 + 1 },
      subset: traffic.subset(ofCluster: record.cluster),
      revision: revision
    )
    calls.add(row)
  }

  private mutating func lookForEffect(
    _ record: CallRecord,
    _ decision: TrafficTable.Decision,
    _ responder: Responder,
    client: ClientID,
    now: Moment
  ) {
    clocks.noteLook()
    guard record.source == .accessLog else {
      return lookForLoggedEffect(record, decision, responder, client: client, now: now)
    }
    guard case .workload(let place) = responder, let service = decision.service else { return }
    let workload = traffic.responders.workloads[place]
    let port = traffic.services[service].port
    guard let unreported = probe?.unreportedHeaders(for: port),
      let headers = clients[client]?.headers.complete(record, unreported: unreported),
      probe?.isEffect(workload, service: port, path: record.path, headers: headers) == true
    else { return }
    noteEffect("first response", from: workload.id, client: client, now)
  }

  /// Of a line that tells no path and no headers: only where no route at all led to what answered.
  private mutating func lookForLoggedEffect(
    _ record: CallRecord,
    _ decision: TrafficTable.Decision,
    _ responder: Responder,
    client: ClientID,
    now: Moment
  ) {
    guard case .workload(let place) = responder, decision.service != nil else { return }
    let workload = traffic.responders.workloads[place]
    guard probe?.couldAnswer(workload) == false else { return }
    noteEffect("first response", from: workload.workloadVersion, client: client, now)
  }

  mutating func noteEffect(
    _ what: String,
    from answer: String,
    client: ClientID,
    _ now: Moment
  ) {
    guard let micros = clocks.noteEffect(at: now.monotonic) else { return }
    let text =
      "\(what) only rev \(clocks.revision) could give: \(milliseconds(micros)), from \(answer)"
    events.add(.info, clients.name(of: client) ?? "engine", text, at: now.wall)
  }
}

extension CallSource {
  /// How well the time of a call is known, in nanoseconds.
  fileprivate var timeMargin: UInt64 {
    switch self {
    case .accessLog: 100_000_000
    case .loadReport: 0
    // Files are looked at now and then.
    case .log: 500_000_000
    }
  }
}
