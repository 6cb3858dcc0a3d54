package import MeshModel
package import MeshPicture
package import XDSCore

extension MeshState {
  /// Takes in what happened on a client's ADS stream.
  package mutating func record(_ event: ClientEvent, wall: Timestamp) {
    switch event.kind {
    case .connected(let node, let profile, let variant, let peer):
      noteConnected(event, node, (profile, variant), peer: peer, at: wall)
    case .subscribed(let type, let names):
      change(event, wall) { $0.subscribe(type, names: names) }
    case .sent(let type, let push):
      change(event, wall) { $0.send(type, push: push, at: event.time) }
      clocks.notePushed(push, at: event.time)
    case .acked(let type, let push):
      change(event, wall) { $0.ack(type, push: push, at: event.time) }
    case .nacked(let type, let push, let reason):
      noteNACK(event, type, push: push, reason: reason, at: wall)
    case .disconnected(let reason):
      noteDisconnected(event, reason: reason, at: wall)
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

  /// The client that the calls of a node ID are of; nil where there are too many and none can be
  /// forgotten.
  mutating func caller(ofNode nodeID: String, at time: MonotonicTime) -> ClientID? {
    if let id = clients.caller(ofNode: nodeID, at: time) { return id }
    sweepClients(at: time)
    return clients.caller(ofNode: nodeID, at: time)
  }

  /// Forgets clients that are long gone.
  mutating func sweepClients(at time: MonotonicTime) {
    let processes = processes
    let gone = clients.sweep(at: time) { processes[.client, $0] != nil }
    for id in gone { traffic.forget(id) }
    if !gone.isEmpty { sources.forget { !clients.has(node: $0) } }
  }

  private mutating func change(
    _ event: ClientEvent,
    _ wall: Timestamp,
    _ body: (inout ClientStream) -> Void
  ) {
    guard let id = clients.row(of: event.stream) else { return }
    let isComplete = clients.change(id, push: clocks.push) { $0.change(body) }
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
    let who = clients.live == 1 ? "1 of 1 client" : "\(clients.live) of \(clients.live) clients"
    let text = "rev \(clocks.revision) in force on \(who) after \(milliseconds(micros))"
    events.add(.info, "engine", text, at: wall)
  }

  private mutating func noteConnected(
    _ event: ClientEvent,
    _ node: Node,
    _ kind: (profile: NodeProfile, variant: XDSVariant),
    peer: String,
    at wall: Timestamp
  ) {
    guard let id = connect(event) else { return }
    clients.change(id, push: clocks.push) { $0.note(kind.profile, kind.variant) }
    sources.note(kind.profile, ofNode: event.nodeID)
    let agent = [node.userAgentName, node.userAgentVersion].filter { !$0.isEmpty }
    let from = peer.isEmpty ? "" : " from \(peer)"
    let text = "connected\(from) " + agent.joined(separator: " ")
    events.add(.info, name(of: id), text.trimmed, at: wall)
    guard let count = clients.takeNewStreamCount(of: id) else { return }
    let source = clients[id]?.nodeName ?? "engine"
    events.add(.warning, source, "node ID is used by \(count) streams", at: wall)
  }

  private mutating func connect(_ event: ClientEvent) -> ClientID? {
    let push = clocks.push
    func connect(_ clients: inout ClientTable) -> ClientID? {
      clients.connect(event.stream, node: event.nodeID, push: push, at: event.time)
    }
    if let id = connect(&clients) { return id }
    sweepClients(at: event.time)
    return connect(&clients)
  }

  private mutating func noteDisconnected(
    _ event: ClientEvent,
    reason: String,
    at wall: Timestamp
  ) {
    guard let id = clients.row(of: event.stream) else { return }
    clients.disconnect(event.stream, push: clocks.push, at: event.time)
    let why = reason.isEmpty ? "" : ": \(reason)"
    events.add(.warning, name(of: id), "disconnected\(why)", at: wall)
    // The one that all waited for may be gone.
    noteAllComplete(at: event.time, wall)
  }

  private mutating func noteNACK(
    _ event: ClientEvent,
    _ type: ResourceType,
    push: UInt64,
    reason: String,
    at wall: Timestamp
  ) {
    guard let id = clients.row(of: event.stream) else { return }
    let message = reason.printable(limit: TextLimit.message)
    let isNews = clients[id].map { !$0.isNacked || $0.nackMessage != message } ?? false
    change(event, wall) { $0.nack(type, push: push) }
    clients.change(id, push: clocks.push) { entry in
      if entry.isNacked { entry.nackMessage = message }
    }
    // A client that repeats itself would push everything else out of the log.
    guard isNews else { return }
    let revision = pushes.revision(ofPush: push).map { "rev \($0) " } ?? ""
    let text = "\(revision)\(type.shortName) refused: \(message)"
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
