import MeshModel
import XDSCore

/// What tells of each client's calls, by node ID.
struct SourceTable: Sendable {
  /// What is known of one node ID's sources.
  struct Entry: Sendable {
    var ledger = CallLedger()
    var loads = LoadMemory()
  }

  private static let limit = ClientTable.limit

  private var entries: [String: Entry] = [:]
  /// Those for which something is put by that time may settle.
  private var unsettled: Set<String> = []
  /// Call after call has the same.
  private var last: (node: String, index: Dictionary<String, Entry>.Index)?

  /// What counts the calls of a node ID; nil for nothing yet.
  func source(ofNode node: String) -> CallSource? { entries[node]?.ledger.source }

  mutating func note(_ profile: NodeProfile, ofNode node: String) {
    change(node) { $0.ledger.note(profile) }
  }

  /// Changes what is known of a node ID; nil where there are too many.
  @discardableResult
  mutating func change<Result>(_ node: String, _ body: (inout Entry) -> Result) -> Result? {
    guard let index = index(of: node) else { return nil }
    let result = body(&entries.values[index])
    if entries.values[index].ledger.isUnsettled { unsettled.insert(node) }
    return result
  }

  /// What is to be counted of that which was put by, now that time has passed.
  mutating func settle(at now: MonotonicTime) -> [(node: String, credits: [LoadCount])] {
    guard !unsettled.isEmpty else { return [] }
    var settled: [(String, [LoadCount])] = []
    for node in unsettled.sorted() {
      let credits = entries[node]?.ledger.settle(at: now) ?? []
      if !credits.isEmpty { settled.append((node, credits)) }
      if entries[node]?.ledger.isUnsettled != true { unsettled.remove(node) }
    }
    return settled
  }

  mutating func forget(where isGone: (String) -> Bool) {
    last = nil
    entries = entries.filter { !isGone($0.key) }
    unsettled = unsettled.filter { !isGone($0) }
  }

  private mutating func index(of node: String) -> Dictionary<String, Entry>.Index? {
    if let last, last.node == node { return last.index }
    if entries[node] == nil {
      guard entries.count < SourceTable.limit else { return nil }
      entries[node] = Entry()
    }
    guard let index = entries.index(forKey: node) else { return nil }
    last = (node, index)
    return index
  }
}

/// What has to be known of a client's report before to read the next one.
struct LoadMemory: Sendable {
  private static let limit = 64

  /// The push whose routes were in force when the last report came; nil where nobody knows.
  var push: UInt64?
  /// Clusters that have calls under way from before the routes changed.
  var underWay: Set<String> = []
  private var told: Set<String> = []

  /// - Returns: Whether a cluster that the mesh doesn't have is worth a word: the first time, of the
  ///   first few.
  mutating func isNews(_ cluster: String) -> Bool {
    told.count < LoadMemory.limit && told.insert(cluster).inserted
  }
}
