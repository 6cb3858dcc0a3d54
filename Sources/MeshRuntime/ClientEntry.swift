import MeshModel
import MeshPicture
import TrafficStatistics
import XDSCore

/// A client's number, never used again.
struct ClientID: Hashable, Sendable {
  let number: Int
}

/// One client by node ID: its streams and its calls.
///
/// Most have one stream; a node ID that several processes share has more, and is as far as the one
/// that is furthest behind.
struct ClientEntry: Sendable {
  private static let streamLimit = 8
  /// An unanswered response is stale after this many nanoseconds.
  private static let staleAfter: UInt64 = 5_000_000_000

  let id: ClientID
  let nodeID: String
  let name: String
  var profile = ""
  private(set) var streams: [ClientStream] = []
  private(set) var connectedAt = MonotonicTime.zero
  /// When its last stream went; nil while it has one, or never had.
  private(set) var disconnectedAt: MonotonicTime?
  /// Whether it has the newest revision's push in force; see ``refresh(push:)``.
  private(set) var isComplete = false
  var ackMicroseconds: UInt64?
  var nackMessage = ""
  private(set) var calls: UInt64 = 0
  private(set) var failed: UInt64 = 0
  private(set) var rate = SlidingRate(seconds: ServiceTraffic.rateSeconds)
  var headers = HeaderMemory()
  /// When it last showed a sign of life.
  private(set) var lastSeen: MonotonicTime

  init(id: ClientID, nodeID: String, at time: MonotonicTime) {
    self.id = id
    self.nodeID = nodeID.printable(limit: TextLimit.identifier)
    name = ClientEntry.shortName(nodeID)
    lastSeen = time
  }

  var isLive: Bool { !streams.isEmpty }
  var isNacked: Bool { streams.contains(where: \.isNacked) }

  /// The push whose routes are in force on it; nil before its first ACK of any.
  var routesPush: UInt64? {
    let acked = streams.map { $0[.routeConfiguration]?.acked }
    guard !acked.contains(where: { $0 == nil }) else { return nil }
    return acked.compactMap { $0 }.min()
  }

  /// The third part of an Istio node ID without its namespace, else the whole of it.
  static func shortName(_ nodeID: String) -> String {
    let parts = nodeID.split(separator: "~", omittingEmptySubsequences: false)
    let name = parts.count == 4 ? parts[2].split(separator: ".").first.map(String.init) : nil
    return (name ?? nodeID).printable(limit: TextLimit.name)
  }

  mutating func connect(_ stream: StreamID, at time: MonotonicTime) {
    if streams.isEmpty { connectedAt = time }
    if streams.count == ClientEntry.streamLimit { streams.removeFirst() }
    streams.append(ClientStream(id: stream))
    disconnectedAt = nil
    lastSeen = time
  }

  /// - Returns: Whether it was the last stream.
  mutating func disconnect(_ stream: StreamID, at time: MonotonicTime) -> Bool {
    guard let index = streams.firstIndex(where: { $0.id == stream }) else { return false }
    streams.remove(at: index)
    lastSeen = time
    guard streams.isEmpty else { return false }
    disconnectedAt = time
    nackMessage = ""
    return true
  }

  /// Changes one of its streams; does nothing where it has no such stream.
  mutating func change(_ stream: StreamID, _ body: (inout ClientStream) -> Void) {
    guard let index = streams.firstIndex(where: { $0.id == stream }) else { return }
    body(&streams[index])
    if !isNacked { nackMessage = "" }
  }

  /// Looks whether it has a push in force.
  ///
  /// - Returns: Whether it came to have it just now.
  mutating func refresh(push: UInt64) -> Bool {
    let was = isComplete
    isComplete = isLive && streams.allSatisfy { $0.hasInForce(push) }
    return isComplete && !was
  }

  /// Forgets what it had acknowledged of the revision before.
  mutating func beginRevision() {
    isComplete = false
    ackMicroseconds = nil
  }

  mutating func record(_ record: CallRecord, at now: MonotonicTime) {
    calls += 1
    if record.statusCode != 0 { failed += 1 }
    rate.record(atNanoseconds: now.nanoseconds)
    lastSeen = now
  }

  func state(at now: MonotonicTime, push: UInt64, pushed: MonotonicTime) -> ClientPicture.State {
    guard isLive else { return .disconnected }
    if isNacked { return .nacked }
    let pending = streams.compactMap(\.pendingSince).min()
    if pending == nil && isComplete { return .acked }
    // Nothing is under way and yet it lacks something: it counts from when it could have asked.
    let since = pending ?? max(connectedAt, pushed)
    return now.nanoseconds(since: since) > ClientEntry.staleAfter ? .stale : .waiting
  }
}
