/// What one client holds of one type, as far as it was told on this stream.
struct HeldContent: Sendable {
  private let type: ResourceType
  /// What the client has of each name, by the order of the names asked for.
  private var stamps: [UInt64] = []
  /// The serial of the table that a wildcard was last sent.
  private var wildcardSerial: UInt64 = 0
  /// The serial of the table that the client was last found to have all of.
  private var checkedSerial: UInt64 = 0
  /// Clusters removed after this serial are still kept for the client.
  private var keptSince: UInt64 = 0
  /// Whether the client came with what an earlier stream had brought.
  private var isReturning = false
  /// Whether nothing was said of a name because routes on their way may make it needless.
  private(set) var isWithholding = false

  /// Stamps that no snapshot gives.
  private enum Stamp {
    /// The name is new on the stream.
    static let neverSent = UInt64.max
    /// The client may have it from an earlier stream.
    static let unknown = UInt64.max - 1
  }

  init(_ type: ResourceType) {
    self.type = type
  }

  /// Notes that the client asks for other names than before.
  ///
  /// - Parameters:
  ///   - old: What it asked for.
  ///   - new: What it asks for now.
  ///   - snapshot: The newest.
  ///   - isReturning: Whether it has what an earlier stream brought.
  mutating func resubscribe(
    from old: Subscription,
    to new: Subscription,
    snapshot: Snapshot,
    isReturning: Bool
  ) {
    if isReturning { self.isReturning = true }
    if new.isWildcard, !old.isWildcard { keptSince = snapshot.storage.serial }
    // Both lists are sorted.
    var index = 0
    stamps = new.names.map { name in
      while index < old.names.count, old.names[index] < name { index += 1 }
      return index < old.names.count && old.names[index] == name ? stamps[index] : Stamp.neverSent
    }
  }

  /// Whether the client lacks content that it was not sent; cheap where the type didn't change.
  ///
  /// Clusters and endpoints that vanished are not lacking: a client that asks for them by name
  /// drops them itself, after its routes have moved.
  mutating func lacks(_ snapshot: Snapshot, _ subscription: Subscription) -> Bool {
    let table = snapshot.storage[type]
    if checkedSerial == table.serial { return false }
    if subscription.isWildcard, wildcardSerial != table.serial { return true }
    for (name, stamp) in zip(subscription.names, stamps) {
      let newest = snapshot.storage.stamp(type, named: name)
      if newest != stamp, newest != 0 || !type.outlivesRemoval { return true }
    }
    checkedSerial = table.serial
    return false
  }

  /// The clusters that a wildcard must keep until routes have moved away from them.
  func keptClusters(_ snapshot: Snapshot, _ subscription: Subscription) -> [Resource] {
    guard type == .cluster, subscription.isWildcard else { return [] }
    let removed = snapshot.storage.removedClusters
    guard let last = removed.last, last.serial > keptSince else { return [] }
    return removed.filter { $0.serial > keptSince }.map(\.resource)
  }

  /// Notes that the client is sent all that it asks for.
  ///
  /// - Parameters:
  ///   - snapshot: The newest.
  ///   - subscription: What it asks for.
  ///   - isStep: Whether clusters are kept.
  ///   - areRoutesInForce: Whether the client's routes are the newest.
  /// - Returns: The names of which nothing is to be said.
  mutating func bringUpToDate(
    _ snapshot: Snapshot,
    _ subscription: Subscription,
    isStep: Bool,
    areRoutesInForce: Bool
  ) -> [String] {
    let table = snapshot.storage[type]
    wildcardSerial = table.serial
    checkedSerial = table.serial
    if !isStep { keptSince = snapshot.storage.serial }
    isWithholding = false
    var omitted: [String] = []
    for index in stamps.indices {
      let name = subscription.names[index]
      let newest = snapshot.storage.stamp(type, named: name)
      if newest != 0 || !type.outlivesRemoval {
        stamps[index] = newest
      } else if leavesAlone(index, areRoutesInForce: areRoutesInForce) {
        omitted.append(name)
      }
    }
    isReturning = false
    return omitted
  }

  /// Decides whether nothing is said of a name that the mesh doesn't have.
  ///
  /// A cluster always exists for those who ask. Of endpoints that the client has, or may have,
  /// nothing is said: it drops them when its routes have moved. One that it doesn't have is empty,
  /// so that calls fail at once; but while newer routes are on their way, waiting is better.
  private mutating func leavesAlone(_ index: Int, areRoutesInForce: Bool) -> Bool {
    guard type == .endpoints else { return false }
    switch stamps[index] {
    case 0:
      return false
    case Stamp.neverSent where isReturning:
      stamps[index] = Stamp.unknown
      return true
    case Stamp.neverSent where areRoutesInForce:
      stamps[index] = 0
      return false
    case Stamp.neverSent:
      isWithholding = true
      return true
    default:
      return true
    }
  }
}

extension ResourceType {
  /// Whether a client may go on with a resource that the mesh no longer has until its routes have
  /// moved away.
  fileprivate var outlivesRemoval: Bool {
    switch self {
    case .cluster, .endpoints: true
    case .listener, .routeConfiguration: false
    }
  }
}
