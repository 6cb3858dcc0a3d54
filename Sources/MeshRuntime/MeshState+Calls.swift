package import MeshModel
import MeshPicture
import XDSCore

extension MeshState {
  /// Stands for all clients that there is no room for.
  private static let otherClients = ClientID(number: 0)

  /// Takes in finished calls: see ``MeshEngine/record(calls:dropped:)``.
  package mutating func record(calls records: [CallRecord], dropped: UInt64, now: Moment) {
    calls.addDropped(dropped)
    for record in records { self.record(record, now: now) }
  }

  /// Shows only calls in which all these words are found.
  package mutating func setCallFilter(_ words: String) {
    calls.setFilter(words)
  }

  private mutating func record(_ record: CallRecord, now: Moment) {
    let client = caller(ofNode: record.nodeID, at: now.monotonic) ?? MeshState.otherClients
    let push = decidingPush(of: record, client: client)
    let content = push.flatMap { pushes.content(atPush: $0) }
    let newest = pushes.newestContent
    let decision = traffic.decide(record, content: content, newest: newestSet?[.grpc])
    let isNewest = content != nil && content?.since == newest?.since
    let time = noteClient(record, client, decision, isNewest: isNewest, now)
    let counted = traffic.record(record, decision, push: push, client: client, at: time)
    if counted.hasFoundDrift, let service = decision.service, let rule = decision.rule {
      noteDrift(traffic.services[service].rules[rule], index: rule, at: now.wall)
    }
    if isNewest && clocks.awaitsEffect && record.statusCode == 0 {
      lookForEffect(record, decision, counted.responder, client: client, now: now)
    }
    log(record, decision, client: client, revision: push.flatMap { pushes.revision(ofPush: $0) })
  }

  /// The push whose routes decided the call: the one that its config version names, else the one
  /// that was in force on its client; nil where it was one of an earlier run, or nobody knows.
  private mutating func decidingPush(of record: CallRecord, client: ClientID) -> UInt64? {
    guard let version = versions.parse(record.configVersion) else {
      return clients.routesPush(of: client)
    }
    return version.boot == boot && version.revision <= pushes.newest ? version.revision : nil
  }

  /// - Returns: When the call was.
  private mutating func noteClient(
    _ record: CallRecord,
    _ client: ClientID,
    _ decision: TrafficTable.Decision,
    isNewest: Bool,
    _ now: Moment
  ) -> MonotonicTime {
    let service = isNewest ? decision.service : nil
    let headers = service.map { traffic.services[$0].matchedHeaders }
    return clients.record(record, of: client, matchedHeaders: headers, at: now)
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
    guard case .workload(let place) = responder, let service = decision.service else { return }
    let workload = traffic.responders.workloads[place]
    let port = traffic.services[service].port
    guard let unreported = probe?.unreportedHeaders(for: port),
      let headers = clients[client]?.headers.complete(record, unreported: unreported),
      probe?.isEffect(workload, service: port, path: record.path, headers: headers) == true,
      let micros = clocks.noteEffect(at: now.monotonic)
    else { return }
    let text =
      "first response only rev \(clocks.revision) could give: \(milliseconds(micros)), "
      + "from \(workload.id)"
    events.add(.info, clients.name(of: client) ?? "engine", text, at: now.wall)
  }
}
