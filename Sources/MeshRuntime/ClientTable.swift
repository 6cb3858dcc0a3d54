import MeshModel
import XDSCore

/// All clients that are, or not long ago were, connected or heard of.
struct ClientTable: Sendable {
  static let limit = 10_000
  /// A client without a stream, a call or a process is forgotten after this many nanoseconds.
  static let forgetAfter: UInt64 = 300_000_000_000

  private var entries: [ClientID: ClientEntry] = [:]
  private var ids: [String: ClientID] = [:]
  private var nextNumber = 1
  /// Clients with a stream, and those of them that have the newest revision in force.
  private(set) var live = 0
  private(set) var complete = 0

  var all: some Collection<ClientEntry> { entries.values }

  subscript(id: ClientID) -> ClientEntry? { entries[id] }

  /// Its short name, without a copy of the rest.
  func name(of id: ClientID) -> String? { entries[id]?.name }

  /// The number of a node ID, a new one where it was not heard of; nil where there are too many.
  mutating func id(forNode nodeID: String, at time: MonotonicTime) -> ClientID? {
    if let id = ids[nodeID] { return id }
    guard entries.count < ClientTable.limit else { return nil }
    let id = ClientID(number: nextNumber)
    nextNumber += 1
    ids[nodeID] = id
    entries[id] = ClientEntry(id: id, nodeID: nodeID, at: time)
    return id
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
    if entry.isLive { live -= 1 }
    if entry.isComplete { complete -= 1 }
    body(&entry)
    let isNew = entry.refresh(push: push)
    if entry.isLive { live += 1 }
    if entry.isComplete { complete += 1 }
    entries[id] = entry
    return isNew
  }

  /// Counts a call of a client; in place, since it is done for every call.
  mutating func record(
    _ record: CallRecord,
    of id: ClientID,
    matchedHeaders: [String]?,
    at now: MonotonicTime
  ) {
    entries[id]?.record(record, at: now)
    guard let matchedHeaders, !matchedHeaders.isEmpty else { return }
    entries[id]?.headers.note(record, matchedHeaders: matchedHeaders)
  }

  mutating func setAckMicroseconds(_ microseconds: UInt64, of id: ClientID) {
    entries[id]?.ackMicroseconds = microseconds
  }

  /// Lets all clients have nothing of the newest revision in force.
  mutating func beginRevision() {
    for id in entries.keys { entries[id]?.beginRevision() }
    complete = 0
  }

  /// Forgets the clients that are long gone, or those gone longest where there is no room.
  ///
  /// A client is kept all the same where `isKept` says so of its short name.
  ///
  /// - Returns: The forgotten ones.
  mutating func sweep(
    at now: MonotonicTime,
    keeping isKept: (String) -> Bool
  ) -> [ClientID] {
    var gone = entries.values.filter { entry in
      !entry.isLive && !isKept(entry.name)
        && now.nanoseconds(since: entry.lastSeen) > ClientTable.forgetAfter
    }
    if gone.isEmpty && entries.count >= ClientTable.limit {
      // Many at once, so that a crowd of new clients doesn't look through all for each.
      let idle = entries.values.filter { !$0.isLive }.sorted { $0.lastSeen < $1.lastSeen }
      gone = Array(idle.prefix(ClientTable.limit / 10))
    }
    for entry in gone { entries[entry.id] = nil }
    if !gone.isEmpty { ids = ids.filter { entries[$0.value] != nil } }
    return gone.map(\.id)
  }
}
