import MeshModel
import MeshPicture
import TrafficStatistics
import XDSCore

/// A client's number, never used again.
struct ClientID: Hashable, Sendable {
  let number: Int
}

/// One client: a stream of a node ID, or what is known of one that has none now.
///
/// Most node IDs have one row. One that several processes share has a row for each stream, which are
/// told apart by their names alone: `client`, `client #2`. Call records carry only the node ID, so
/// all of its calls stand on the first of its rows that has a stream.
struct ClientEntry: Sendable {
  /// An unanswered response is stale after this many nanoseconds.
  private static let staleAfter: UInt64 = 5_000_000_000

  let id: ClientID
  /// As the client names itself; ``nodeID`` is what can be shown of it.
  let node: String
  let nodeID: String
  /// The short name of the node ID.
  let nodeName: String
  /// Its place among the rows of its node ID, from 1.
  private(set) var place: Int
  /// ``nodeName``, and its place where it isn't the first.
  private(set) var name: String
  /// nil before its first stream, where only its calls are known.
  private(set) var profile: NodeProfile?
  private(set) var variant = XDSVariant.stateOfTheWorld
  private(set) var stream: ClientStream?
  private(set) var connectedAt = MonotonicTime.zero
  /// Whether it has the newest revision's push in force; see ``refresh(push:)``.
  private(set) var isComplete = false
  /// Counts the revisions; ``isComplete`` and ``ackMicroseconds`` are of this one.
  private var revision: UInt64 = 0
  var ackMicroseconds: UInt64?
  var nackMessage = ""
  private(set) var calls: UInt64 = 0
  private(set) var failed: UInt64 = 0
  /// Calls that load reports told of clusters that the mesh doesn't have; in none of the others.
  var strayCalls: UInt64 = 0
  private(set) var clusters = ClusterCounts()
  private(set) var rate = SlidingRate(seconds: ServiceTraffic.rateSeconds)
  var headers = HeaderMemory()
  var lag = LagFloor()
  /// When it last showed a sign of life.
  private(set) var lastSeen: MonotonicTime

  init(id: ClientID, node: String, place: Int, at time: MonotonicTime) {
    self.id = id
    self.node = node
    self.place = place
    nodeID = node.printable(limit: TextLimit.identifier)
    nodeName = ClientEntry.shortName(node)
    name = ClientEntry.name(nodeName, place: place)
    lastSeen = time
  }

  /// Takes in what it is, as its stream tells.
  mutating func note(_ profile: NodeProfile, _ variant: XDSVariant) {
    self.profile = profile
    self.variant = variant
  }

  var isLive: Bool { stream != nil }
  var isNacked: Bool { stream?.isNacked ?? false }

  /// The third part of an Istio node ID without its namespace, else the whole of it.
  static func shortName(_ nodeID: String) -> String {
    let parts = nodeID.split(separator: "~", omittingEmptySubsequences: false)
    let name = parts.count == 4 ? parts[2].split(separator: ".").first.map(String.init) : nil
    return (name ?? nodeID).printable(limit: TextLimit.name)
  }

  /// Takes another place among the rows of its node ID.
  mutating func move(to place: Int) {
    self.place = place
    name = ClientEntry.name(nodeName, place: place)
  }

  mutating func connect(_ stream: StreamID, at time: MonotonicTime) {
    connectedAt = time
    self.stream = ClientStream(id: stream)
    nackMessage = ""
    lastSeen = time
  }

  mutating func disconnect(at time: MonotonicTime) {
    stream = nil
    lastSeen = time
    nackMessage = ""
  }

  /// Changes its stream; does nothing where it has none.
  mutating func change(_ body: (inout ClientStream) -> Void) {
    guard var stream else { return }
    body(&stream)
    self.stream = stream
    if !isNacked { nackMessage = "" }
  }

  /// Looks whether it has a push in force.
  ///
  /// - Returns: Whether it came to have it just now.
  mutating func refresh(push: UInt64) -> Bool {
    let was = isComplete
    isComplete = stream?.hasInForce(push, profile: profile) ?? false
    return isComplete && !was
  }

  /// Forgets what it had acknowledged of revisions before this one, if it didn't yet.
  ///
  /// Done when a client is next looked at, so that a new revision costs nothing for each client.
  mutating func enter(revision: UInt64) {
    guard self.revision != revision else { return }
    self.revision = revision
    isComplete = false
    ackMicroseconds = nil
  }

  /// Counts calls that were at `time` and are told of now; `cluster` is empty where none was picked.
  ///
  /// Those of which nobody knows the time count in no rate.
  mutating func record(
    calls: UInt64 = 1,
    failed: UInt64,
    cluster: String,
    at time: MonotonicTime?,
    now: MonotonicTime
  ) {
    self.calls += calls
    self.failed += failed
    clusters.add(calls: calls, failed: failed, to: cluster)
    if let time { rate.record(calls, atNanoseconds: time.nanoseconds) }
    lastSeen = now
  }

  /// Notes a sign of life that counts nothing.
  mutating func noteSign(at now: MonotonicTime) { lastSeen = now }

  func state(at now: MonotonicTime, push: UInt64, pushed: MonotonicTime) -> ClientPicture.State {
    guard let stream else { return .disconnected }
    if stream.isNacked { return .nacked }
    if stream.pendingSince == nil && isComplete { return .acked }
    // Nothing is under way and yet it lacks something: it counts from when it could have asked.
    let since = stream.pendingSince ?? max(connectedAt, pushed)
    guard now.nanoseconds(since: since) > ClientEntry.staleAfter else { return .waiting }
    // One that asks for clusters alone, say, and never for routes, has all that it wants.
    return stream.pendingSince == nil && stream.hasAllItAskedFor(push) ? .acked : .stale
  }

  private static func name(_ nodeName: String, place: Int) -> String {
    place == 1 ? nodeName : "\(nodeName) #\(place)"
  }
}
