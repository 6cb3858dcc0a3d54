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
  }

  private struct FirstPush: Sendable {
    let push: UInt64
    let revision: UInt64
  }

  private static let revisionLimit = 10_000
  private static let contentLimit = 64

  /// The number of the newest push; 0 before the first.
  private(set) var newest: UInt64 = 0
  /// Ascending in both.
  private var firstPushes: [FirstPush] = []
  /// Ascending by `since`.
  private var contents: [Content] = []

  /// The newest content of the routes; nil before the first was built.
  var newestContent: Content? { contents.last }

  /// Numbers the next push, which carries this revision.
  mutating func add(revision: UInt64) -> UInt64 {
    newest += 1
    if firstPushes.last?.revision != revision {
      firstPushes.append(FirstPush(push: newest, revision: revision))
      if firstPushes.count > PushTable.revisionLimit { firstPushes.removeFirst() }
    }
    return newest
  }

  /// Keeps a push's routes where they differ from those of the push before.
  mutating func add(_ snapshot: Snapshot, rules: MeshRules) {
    let since = snapshot.version(of: .routeConfiguration).revision
    guard contents.last.map({ $0.since < since }) ?? true else { return }
    contents.append(
      Content(
        since: since,
        lookup: MeshLookup(Mesh(rules: rules)),
        snapshot: snapshot
      )
    )
    if contents.count > PushTable.contentLimit { contents.removeFirst() }
  }

  /// The revision that a push carried; nil where there was no such push, or it is long gone.
  func revision(ofPush push: UInt64) -> UInt64? {
    guard push <= newest else { return nil }
    return last(in: firstPushes) { $0.push <= push }?.revision
  }

  /// The routes in force on a client that has those of a push; nil where they are long gone.
  func content(atPush push: UInt64) -> Content? {
    guard push <= newest else { return nil }
    return last(in: contents) { $0.since <= push }
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
