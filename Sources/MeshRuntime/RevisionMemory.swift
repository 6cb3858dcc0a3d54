import MeshModel
import MeshPicture

/// The newest revisions with their rules: a number of them, and fewer where the rules are large.
struct RevisionMemory: Sendable {
  /// Rules and objects of all revisions together, some 100 MB if nothing were shared.
  static let budget = 250_000

  private let limit: Int
  /// Oldest first.
  private(set) var revisions: [Revision] = []
  private var cost = 0

  init(limit: Int) {
    precondition(limit > 0)
    self.limit = limit
  }

  subscript(number: UInt64) -> Revision? {
    guard let first = revisions.first?.number, number >= first else { return nil }
    let index = number - first
    return index < UInt64(revisions.count) ? revisions[Int(index)] : nil
  }

  /// Adds the revision whose number follows that of the newest; O(n).
  mutating func append(_ revision: Revision) {
    revisions.append(revision)
    cost += revision.rules.cost
    var surplus = 0
    while revisions.count - surplus > 1,
      revisions.count - surplus > limit || cost > Self.budget
    {
      cost -= revisions[surplus].rules.cost
      surplus += 1
    }
    revisions.removeFirst(surplus)
  }
}

extension MeshRules {
  /// What it takes to keep them, in rules and objects.
  var cost: Int {
    objectCount + virtualServices.reduce(0) { $0 + $1.http.count }
  }

  private var objectCount: Int {
    virtualServices.count + destinationRules.count + serviceEntries.count + workloadEntries.count
  }
}
