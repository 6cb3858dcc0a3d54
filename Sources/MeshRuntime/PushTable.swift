import MeshModel
import XDSCore

/// Which push carried which revision of the rules.
///
/// A push has a number of its own, since what runs changes under the same rules. It stands in
/// config versions and ``ClientEvent``s; people see revisions.
struct PushTable: Sendable {
  /// Routes as they were from one push on, until the next content.
  struct Content: Sendable {
    let since: UInt64
    let lookup: MeshLookup
    let snapshot: Snapshot
    /// How many rules it was made from, which is what it takes to keep it.
    let rules: Int
  }

  private struct FirstPush: Sendable {
    let push: UInt64
    let revision: UInt64
  }

  private static let revisionLimit = 10_000
  private static let contentLimit = 64
  /// Of all contents of a profile together; some are kept whatever their size.
  private static let ruleLimit = 100_000
  private static let leastContents = 4

  /// The number of the newest push; 0 before the first.
  private(set) var newest: UInt64 = 0
  /// Ascending in both.
  private var firstPushes: [FirstPush] = []
  /// Of each profile, ascending by `since`.
  private var contents: [NodeProfile: [Content]] = [:]

  /// The newest content of the routes, as gRPC clients get them; nil before the first was built.
  var newestContent: Content? { newestContent(of: .grpc) }

  /// The newest content of the routes, as clients of a profile get them.
  func newestContent(of profile: NodeProfile) -> Content? { contents[profile]?.last }

  /// Numbers the next push, which carries this revision.
  mutating func add(revision: UInt64) -> UInt64 {
    newest += 1
    if firstPushes.last?.revision != revision {
      firstPushes.append(FirstPush(push: newest, revision: revision))
      if firstPushes.count > PushTable.revisionLimit { firstPushes.removeFirst() }
    }
    return newest
  }

  /// Keeps a push's routes, of each profile where they differ from those of the push before.
  mutating func add(_ set: SnapshotSet, rules: MeshRules) {
    let lookup = MeshLookup(Mesh(rules: rules))
    let count = rules.virtualServices.reduce(0) { $0 + $1.http.count }
    for profile in NodeProfile.allCases { add(set[profile], lookup, rules: count) }
  }

  private mutating func add(_ snapshot: Snapshot, _ lookup: MeshLookup, rules: Int) {
    let since = snapshot.version(of: .routeConfiguration).revision
    var list = contents.removeValue(forKey: snapshot.profile) ?? []
    if list.last.map({ $0.since < since }) ?? true {
      list.append(Content(since: since, lookup: lookup, snapshot: snapshot, rules: rules))
      PushTable.bound(&list)
    }
    contents[snapshot.profile] = list
  }

  private static func bound(_ list: inout [Content]) {
    var rules = list.reduce(0) { $0 + $1.rules }
    while list.count > contentLimit || (rules > ruleLimit && list.count > leastContents) {
      rules -= list.removeFirst().rules
    }
  }

  /// The revision that a push carried; nil where there was no such push, or it is long gone.
  func revision(ofPush push: UInt64) -> UInt64? {
    guard push <= newest else { return nil }
    return last(in: firstPushes) { $0.push <= push }?.revision
  }

  /// The newest push that carried a revision; nil where there was none, or it is long gone.
  func lastPush(ofRevision revision: UInt64) -> UInt64? {
    guard let index = firstPushes.lastIndex(where: { $0.revision == revision }) else { return nil }
    return index + 1 < firstPushes.count ? firstPushes[index + 1].push - 1 : newest
  }

  /// The routes in force on a client of a profile that has those of a push; nil where they are long
  /// gone.
  func content(atPush push: UInt64, of profile: NodeProfile) -> Content? {
    guard push <= newest, let list = contents[profile] else { return nil }
    return last(in: list) { $0.since <= push }
  }

  /// The last element that is not too late, by bisection; most often it is the very last.
  private func last<Element>(in list: [Element], _ isSoonEnough: (Element) -> Bool) -> Element? {
    if let newest = list.last, isSoonEnough(newest) { return newest }
    var (low, high) = (0, list.count)
    while low < high {
      let middle = (low + high) / 2
      if isSoonEnough(list[middle]) { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? list[low - 1] : nil
  }
}
