/// Which names of a table changed of late, so that a stream need not compare whole tables.
///
/// Shared by all streams; bounded in steps and names.
struct ChangeLog: Sendable {
  private struct Step: Sendable {
    let serial: UInt64
    let names: [String]
  }

  private static let mostSteps = 16
  private static let mostNames = 4096

  /// Oldest first.
  private var steps: [Step] = []
  /// Every change after this serial is in ``steps``.
  private var floor: UInt64

  /// A log that begins with the table of `serial`.
  init(startingAt serial: UInt64) {
    floor = serial
  }

  /// Notes what came, went or changed with the table of `serial`, which is higher than all before.
  mutating func append(_ names: [String], serial: UInt64) {
    steps.append(Step(serial: serial, names: names))
    var count = steps.reduce(0) { $0 + $1.names.count }
    while let first = steps.first, steps.count > Self.mostSteps || count > Self.mostNames {
      count -= first.names.count
      floor = first.serial
      steps.removeFirst()
    }
  }

  /// The names that changed after `serial`, some perhaps twice; nil where that is too long ago.
  func names(since serial: UInt64) -> [String]? {
    guard serial >= floor else { return nil }
    return steps.reversed().prefix { $0.serial > serial }.flatMap(\.names)
  }
}

extension SnapshotStorage.Table {
  /// The names that came, changed or went since an earlier table, sorted.
  ///
  /// Costs as much as they are many, or as the tables are large where the log doesn't reach back.
  func names(changedSince old: Self) -> [String] {
    if old.serial == serial { return [] }
    if let names = changes.names(since: old.serial) { return Set(names).sorted() }
    let common = names.filter { old.entries[$0]?.stamp != entries[$0]?.stamp }
    return (common + old.names.filter { entries[$0] == nil }).sorted()
  }
}
