package import MeshModel
package import MeshPicture
package import XDSCore

extension MeshState {
  /// Takes in what happened on a client's ADS stream.
  package mutating func record(_ event: ClientEvent, wall: Timestamp) {
    guard let id = clientID(ofNode: event.nodeID, at: event.time) else { return }
    let stream = event.stream
    switch event.kind {
    case .connected(let node, let profile, let peer):
      clients.change(id, push: clocks.push) { entry in
        entry.profile = profile.rawValue
        entry.connect(stream, at: event.time)
      }
      noteConnected(id, node, peer: peer, at: wall)
    case .subscribed(let type, let names):
      change(id, event, wall) { $0.subscribe(type, names: names) }
    case .sent(let type, let push):
      change(id, event, wall) { $0.send(type, push: push, at: event.time) }
      clocks.notePushed(push, at: event.time)
    case .acked(let type, let push):
      change(id, event, wall) { $0.ack(type, push: push) }
    case .nacked(let type, let push, let reason):
      noteNACK(id, event, type, push: push, reason: reason, at: wall)
    case .disconnected(let reason):
      noteDisconnected(id, event, reason: reason, at: wall)
    }
  }

  /// Notes how a process is now: see ``MeshEngine/noteProcess(id:kind:_:)``.
  package mutating func noteProcess(
    id: String,
    kind: MeshEngine.ProcessKind,
    _ picture: ProcessPicture,
    now: Moment
  ) {
    guard let change = processes.note(id, kind, picture) else { return }
    events.add(change.severity, id, change.text, at: now.wall)
  }

  /// Adds an event of the caller's own.
  package mutating func note(
    source: String,
    text: String,
    severity: EventPicture.Severity,
    wall: Timestamp
  ) {
    events.add(severity, source, text, at: wall)
  }

  /// The number of a client; nil where there are too many and none can be forgotten.
  mutating func clientID(ofNode nodeID: String, at time: MonotonicTime) -> ClientID? {
    if let id = clients.id(forNode: nodeID, at: time) { return id }
    sweepClients(at: time)
    return clients.id(forNode: nodeID, at: time)
  }

  /// Forgets clients that are long gone.
  mutating func sweepClients(at time: MonotonicTime) {
    let processes = processes
    let gone = clients.sweep(at: time) { processes[.client, $0] != nil }
    for id in gone { traffic.forget(id) }
  }

  private mutating func change(
    _ id: ClientID,
    _ event: ClientEvent,
    _ wall: Timestamp,
    _ body: (inout ClientStream) -> Void
  ) {
    let isComplete = clients.change(id, push: clocks.push) { $0.change(event.stream, body) }
    if isComplete { noteComplete(id, at: event.time) }
    noteAllComplete(at: event.time, wall)
  }

  /// A client has the newest revision in force.
  private mutating func noteComplete(_ id: ClientID, at time: MonotonicTime) {
    guard let entry = clients[id] else { return }
    // One that came later has it from its connect, not from the key.
    let isLate = clocks.accepted < entry.connectedAt
    let cause = isLate ? entry.connectedAt : clocks.keyTime
    clients.setAckMicroseconds(time.microseconds(since: cause), of: id)
    clocks.noteFirstACK(at: time)
  }

  private mutating func noteAllComplete(at time: MonotonicTime, _ wall: Timestamp) {
    guard clients.live > 0, clients.complete == clients.live else { return }
    guard let micros = clocks.noteAllACKs(at: time) else { return }
    let who = clients.live == 1 ? "the one client" : "all \(clients.live) clients"
    let text = "revision \(clocks.revision) is in force on \(who) after \(milliseconds(micros))"
    events.add(.info, "engine", text, at: wall)
  }

  private mutating func noteConnected(
    _ id: ClientID,
    _ node: Node,
    peer: String,
    at wall: Timestamp
  ) {
    let agent = [node.userAgentName, node.userAgentVersion].filter { !$0.isEmpty }
    let from = peer.isEmpty ? "" : " from \(peer)"
    let text = "connected\(from) " + agent.joined(separator: " ")
    events.add(.info, name(of: id), text.trimmed, at: wall)
  }

  private mutating func noteDisconnected(
    _ id: ClientID,
    _ event: ClientEvent,
    reason: String,
    at wall: Timestamp
  ) {
    var isLast = false
    clients.change(id, push: clocks.push) {
      isLast = $0.disconnect(event.stream, at: event.time)
    }
    let why = reason.isEmpty ? "" : ": \(reason)"
    if isLast { events.add(.warning, name(of: id), "disconnected\(why)", at: wall) }
    // The one that all waited for may be gone.
    noteAllComplete(at: event.time, wall)
  }

  private mutating func noteNACK(
    _ id: ClientID,
    _ event: ClientEvent,
    _ type: ResourceType,
    push: UInt64,
    reason: String,
    at wall: Timestamp
  ) {
    let message = reason.printable(limit: TextLimit.message)
    let isNews = clients[id].map { !$0.isNacked || $0.nackMessage != message } ?? false
    change(id, event, wall) { $0.nack(type, push: push) }
    clients.change(id, push: clocks.push) { entry in
      if entry.isNacked { entry.nackMessage = message }
    }
    // A client that repeats itself would push everything else out of the log.
    guard isNews else { return }
    let revision = pushes.revision(ofPush: push).map { " of revision \($0)" } ?? ""
    let text = "refused \(type.shortName)\(revision): \(message)"
    events.add(.error, name(of: id), text, at: wall)
  }

  private func name(of id: ClientID) -> String { clients.name(of: id) ?? "" }
}

extension String {
  /// Without spaces at the end.
  fileprivate var trimmed: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

/// Microseconds as people read them: `38 ms`, `0.4 ms`, `1.3 s`.
func milliseconds(_ microseconds: UInt64) -> String {
  switch microseconds {
  case ..<10_000: "\(microseconds / 1_000).\(microseconds % 1_000 / 100) ms"
  case ..<1_000_000: "\(microseconds / 1_000) ms"
  default: "\(microseconds / 1_000_000).\(microseconds % 1_000_000 / 100_000) s"
  }
}
