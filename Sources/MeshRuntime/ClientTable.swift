import MeshModel
import XDSCore

/// All clients that are, or not long ago were, connected or heard of.
struct ClientTable: Sendable {
  /// The rows of one node ID.
  private struct Node: Sendable {
    /// By place.
    var rows: [ClientID]
    /// The row that its calls stand on.
    var caller: ClientID
    /// Rows with a stream.
    var live = 0
    /// The most of them that were told of.
    var told = 1
  }

  static let limit = 10_000
  /// A client without a stream, a call or a process is forgotten after this many nanoseconds.
  static let forgetAfter: UInt64 = 300_000_000_000
  /// One without a stream, but with other rows of its node ID that have one, after this many.
  static let forgetTwinAfter: UInt64 = 10_000_000_000

  private var entries: [ClientID: ClientEntry] = [:]
  private var nodes: [String: Node] = [:]
  private var rowOfStream: [StreamID: ClientID] = [:]
  private var nextNumber = 1
  /// Counts the revisions.
  private var revision: UInt64 = 0
  /// Call after call has the same.
  private var lastNode = ""
  private var lastCaller: ClientID?
  /// Clients with a stream, and those of them that have the newest revision in force.
  private(set) var live = 0
  private(set) var complete = 0
  private var liveOfProfile: [NodeProfile: Int] = [:]

  var all: some Collection<ClientEntry> {
    entries.values.lazy.map { [revision] entry in
      var entry = entry
      entry.enter(revision: revision)
      return entry
    }
  }

  subscript(id: ClientID) -> ClientEntry? {
    var entry = entries[id]
    entry?.enter(revision: revision)
    return entry
  }

  /// The client of a name or node ID; of several of a node ID the one that its calls stand on.
  ///
  /// - Complexity: O(clients) for a name.
  func find(_ name: String) -> ClientEntry? {
    if let node = nodes[name] { return self[node.caller] }
    let found = entries.values.filter { $0.name == name || $0.nodeID == name }
    let best = found.first(where: \.isLive) ?? found.first
    return best.flatMap { self[$0.id] }
  }

  /// Sorted.
  var names: [String] { entries.values.map(\.name).sorted() }

  /// Its short name, without a copy of the rest.
  func name(of id: ClientID) -> String? { entries[id]?.name }

  func has(node: String) -> Bool { nodes[node] != nil }

  /// Its profile; that of a gRPC client where nothing is known of it.
  func profile(of id: ClientID) -> NodeProfile { entries[id]?.profile ?? .grpc }

  /// Clients of a profile that have a stream.
  func live(of profile: NodeProfile) -> Int { liveOfProfile[profile] ?? 0 }

  func row(of stream: StreamID) -> ClientID? { rowOfStream[stream] }

  /// The row that the calls of a node ID stand on, a new one where it was not heard of; nil where
  /// there are too many.
  mutating func caller(ofNode node: String, at time: MonotonicTime) -> ClientID? {
    if let lastCaller, lastNode == node { return lastCaller }
    guard let caller = nodes[node]?.caller ?? addRow(ofNode: node, at: time) else { return nil }
    (lastNode, lastCaller) = (node, caller)
    return caller
  }

  /// Gives a stream a row: one of its node ID that has none, else a new one; nil where there are too
  /// many.
  mutating func connect(
    _ stream: StreamID,
    node: String,
    push: UInt64,
    at time: MonotonicTime
  ) -> ClientID? {
    let row = rowOfStream[stream] ?? freeRow(ofNode: node) ?? addRow(ofNode: node, at: time)
    guard let row else { return nil }
    rowOfStream[stream] = row
    change(row, push: push) { $0.connect(stream, at: time) }
    return row
  }

  mutating func disconnect(_ stream: StreamID, push: UInt64, at time: MonotonicTime) {
    guard let row = rowOfStream.removeValue(forKey: stream) else { return }
    change(row, push: push) { $0.disconnect(at: time) }
  }

  /// How many streams use a client's node ID, where that is worth a word: more than there were ever
  /// before, and of many only each doubling.
  mutating func takeNewStreamCount(of id: ClientID) -> Int? {
    guard let key = entries[id]?.node, let node = nodes[key] else { return nil }
    guard node.live > node.told, node.live <= 8 || node.live >= 2 * node.told else { return nil }
    nodes[key]?.told = node.live
    return node.live
  }

  /// The push whose routes all streams of a client's node ID have; nil before the first ACK of any.
  func routesPush(of id: ClientID) -> UInt64? {
    let pushes = streams(of: id).map { $0[.routeConfiguration]?.acked }
    return pushes.contains(nil) ? nil : pushes.compactMap { $0 }.min()
  }

  /// The pushes of which one had the routes by which a client's call was decided that began at
  /// `start`: the oldest and the newest that can be; nil where nobody knows.
  func routesPushes(of id: ClientID, at start: MonotonicTime, margin: UInt64) -> PushRange? {
    var range: PushRange?
    for stream in streams(of: id) {
      guard let next = stream.routesPushes(at: start, margin: margin) else { return nil }
      range =
        range.map { min($0.lowerBound, next.lowerBound)...max($0.upperBound, next.upperBound) }
        ?? next
    }
    return range
  }

  /// Whether new routes are under way to a client, so that it may have them or not.
  func awaitsRoutes(_ id: ClientID) -> Bool {
    streams(of: id).contains { $0[.routeConfiguration]?.pendingSince != nil }
  }

  /// All streams of a client's node ID.
  private func streams(of id: ClientID) -> some Sequence<ClientStream> {
    let rows = entries[id].flatMap { nodes[$0.node]?.rows } ?? []
    return rows.lazy.compactMap { entries[$0]?.stream }
  }

  /// Changes a client and keeps the totals; `push` is the one that carries the newest revision.
  ///
  /// - Returns: Whether the client came to have that push in force just now.
  @discardableResult
  mutating func change(
    _ id: ClientID,
    push: UInt64,
    _ body: (inout ClientEntry) -> Void
  ) -> Bool {
    guard var entry = entries[id] else { return false }
    entry.enter(revision: revision)
    let wasLive = entry.isLive
    if wasLive, let profile = entry.profile { liveOfProfile[profile, default: 0] -= 1 }
    if entry.isComplete { complete -= 1 }
    body(&entry)
    let isNew = entry.refresh(push: push)
    if entry.isComplete { complete += 1 }
    entries[id] = entry
    if entry.isLive, let profile = entry.profile { liveOfProfile[profile, default: 0] += 1 }
    if entry.isLive != wasLive { noteLive(entry) }
    return isNew
  }

  /// When a client's call ended, going by its own time as far as that can be.
  mutating func end(of record: CallRecord, of id: ClientID, at now: Moment) -> MonotonicTime {
    guard let index = entries.index(forKey: id) else { return now.monotonic }
    let age = entries.values[index].lag.age(of: record, at: now.wall) * 1_000
    let nanoseconds = now.monotonic.nanoseconds
    return MonotonicTime(nanoseconds: nanoseconds - min(age, nanoseconds))
  }

  /// Counts a call of a client that ended at `time`; in place, since it is done for every call.
  mutating func record(
    _ record: CallRecord,
    of id: ClientID,
    matchedHeaders: [String]?,
    at time: MonotonicTime,
    now: MonotonicTime
  ) {
    count(id) { entry in
      entry.record(
        failed: record.statusCode == 0 ? 0 : 1,
        cluster: record.cluster,
        at: time,
        now: now
      )
      if let matchedHeaders, !matchedHeaders.isEmpty {
        entry.headers.note(record, matchedHeaders: matchedHeaders)
      }
    }
  }

  /// Changes what a client's calls were; in place.
  mutating func count(_ id: ClientID, _ body: (inout ClientEntry) -> Void) {
    guard let index = entries.index(forKey: id) else { return }
    body(&entries.values[index])
  }

  mutating func setAckMicroseconds(_ microseconds: UInt64, of id: ClientID) {
    entries[id]?.enter(revision: revision)
    entries[id]?.ackMicroseconds = microseconds
  }

  /// Lets all clients have nothing of the newest revision in force.
  mutating func beginRevision() {
    revision += 1
    complete = 0
  }

  /// Forgets the clients that are long gone, or those gone longest where there is no room.
  ///
  /// The first client of a node ID is kept all the same where `isKept` says so of its short name.
  ///
  /// - Returns: The forgotten ones.
  mutating func sweep(
    at now: MonotonicTime,
    keeping isKept: (String) -> Bool
  ) -> [ClientID] {
    var gone = entries.values.filter { entry in
      guard !entry.isLive else { return false }
      let age = now.nanoseconds(since: entry.lastSeen)
      guard age > ClientTable.forgetTwinAfter else { return false }
      if let node = nodes[entry.node], node.live > 0 { return true }
      return age > ClientTable.forgetAfter && !(entry.place == 1 && isKept(entry.nodeName))
    }
    if gone.isEmpty && entries.count >= ClientTable.limit {
      // Many at once, so that a crowd of new clients doesn't look through all for each.
      let idle = entries.values.filter { !$0.isLive }.sorted { $0.lastSeen < $1.lastSeen }
      gone = Array(idle.prefix(ClientTable.limit / 10))
    }
    for entry in gone { forget(entry) }
    return gone.map(\.id)
  }

  /// The different sets of headers that clients always send, of the first few hundred clients.
  var habits: [[HeaderField]] {
    Array(Set(entries.values.prefix(256).map(\.headers.habits)))
  }

  // MARK: Rows

  private func freeRow(ofNode key: String) -> ClientID? {
    guard let node = nodes[key], node.live < node.rows.count else { return nil }
    return node.rows.first { entries[$0]?.isLive == false }
  }

  private mutating func addRow(ofNode key: String, at time: MonotonicTime) -> ClientID? {
    guard entries.count < ClientTable.limit else { return nil }
    let id = ClientID(number: nextNumber)
    nextNumber += 1
    var node = nodes[key] ?? Node(rows: [], caller: id)
    let index = freePlace(in: node.rows)
    node.rows.insert(id, at: index)
    nodes[key] = node
    entries[id] = ClientEntry(id: id, node: key, place: index + 1, at: time)
    return id
  }

  /// The index of the first place, from 0, that no row has.
  private func freePlace(in rows: [ClientID]) -> Int {
    // As a rule none is free, and they are many where it matters.
    if rows.last.flatMap({ entries[$0]?.place }) == rows.count { return rows.count }
    return rows.indices.first { entries[rows[$0]]?.place != $0 + 1 } ?? rows.count
  }

  /// Keeps the totals when a client got a stream or lost it.
  private mutating func noteLive(_ entry: ClientEntry) {
    let change = entry.isLive ? 1 : -1
    live += change
    guard var node = nodes.removeValue(forKey: entry.node) else { return }
    node.live += change
    if node.live <= 1 { node.told = 1 }
    setCaller(of: &node)
    nodes[entry.node] = node
  }

  private mutating func forget(_ entry: ClientEntry) {
    entries[entry.id] = nil
    guard var node = nodes.removeValue(forKey: entry.node) else { return }
    node.rows.removeAll { $0 == entry.id }
    lastCaller = nil
    guard let first = node.rows.first else { return }
    // One that is alone needs no number.
    if node.rows.count == 1 { entries[first]?.move(to: 1) }
    setCaller(of: &node)
    nodes[entry.node] = node
  }

  private mutating func setCaller(of node: inout Node) {
    node.caller = node.rows.first { entries[$0]?.isLive == true } ?? node.rows[0]
    lastCaller = nil
  }
}
