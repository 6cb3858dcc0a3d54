import MeshModel
import MeshPicture
import MeshRuntime
@testable import RuleStore
import TestSupport

/// Revisions and stores for tests.
enum Books {
  /// Rules whose content tells their number.
  static func rules(_ number: UInt64) -> MeshRules {
    var rules = Walkthrough.start
    let weight = Weight(clamping: Int(number % 101))
    rules.virtualServices[0].http[0].destinations[0].weight = weight
    rules.virtualServices[0].http[0].destinations[1].weight = .hundred
    rules.virtualServices[0].http[0].name = "rev-\(number)"
    return rules
  }

  static func entry(
    _ number: UInt64,
    _ rules: MeshRules? = nil,
    source: MeshRules? = nil
  ) -> StoredRevision {
    let revision = Revision(
      number: number,
      rules: rules ?? Books.rules(number),
      time: Timestamp(microseconds: 1_700_000_000_000_000 + Int64(number)),
      title: "rule 1: v\(number)",
      author: "operator",
      cause: "console"
    )
    return .edit(revision, sourceRules: source)
  }

  static func store(
    in folder: TemporaryFolder,
    settings: RuleStore.Settings = RuleStore.Settings()
  ) throws -> RuleStore {
    try RuleStore(StorePlace(directory: folder.path("state"), mesh: "local"), settings: settings)
  }

  /// An engine in a time that stands still.
  static func engine(
    rules: MeshRules = Walkthrough.start,
    _ store: (any RevisionStore)?
  ) throws -> MeshEngine {
    try MeshEngine(
      meshName: "local",
      boot: "b1",
      rules: rules,
      title: "start",
      inventory: MeshInventory(services: [Walkthrough.service]),
      clock: MeshEngine.Clock(
        wall: { Timestamp(microseconds: 1_700_000_000_000_000) },
        monotonic: { MonotonicTime(nanoseconds: 1_000_000_000) }
      ),
      store: store,
      publish: { _ in }
    )
  }

  static func rule(_ index: Int) -> RuleAddress {
    RuleAddress(virtualService: Walkthrough.name, index: index)
  }

  static func shift(_ amount: Int) -> RuleEdit {
    .shiftWeight(rule(0), destination: 1, amount: amount)
  }
}
