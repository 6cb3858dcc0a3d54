import MeshModel
import TrafficStatistics

/// The responses of one rule, counted since its newest content.
///
/// A call counts here if its client decided it by routes not older than ``since``. The numbers go
/// on where an edit leaves alone what calls come to the rule and where it sends them (``RuleSpec``),
/// and start afresh otherwise; so an edit of one rule's weights does not reset the rules beside it.
struct RuleTraffic: Sendable {
  struct Row: Sendable {
    let label: String
    var count: UInt64 = 0
    /// Responses in each of the last seconds, by second modulo ``historySeconds``.
    var seconds = RuleTraffic.noSeconds
  }

  static let historySeconds = 60
  /// Of a rule without a call in the last seconds.
  static let noHistory = [Double?](repeating: nil, count: historySeconds)
  /// One list for all rows, until they have something of their own to tell.
  fileprivate static let noSeconds = [UInt32](repeating: 0, count: historySeconds)
  private static let extraRowLimit = 8
  private static let clientLimit = 256

  let spec: RuleSpec
  /// The push from which on calls count.
  var since: UInt64
  /// Responses counted: the sum of the rows.
  private(set) var n: UInt64 = 0
  /// Those of them that load reports tell of: by the subset that was picked, not by what answered.
  private(set) var bySubset: UInt64 = 0
  private(set) var failed: UInt64 = 0
  /// A row a destination, then what else answered.
  private(set) var rows: [Row]
  /// nil where nothing was asked for.
  private(set) var drift: DriftTest?
  /// Whether the evidence was ever enough: then it stays so, since the chance of a false alarm is
  /// that of all times together.
  private(set) var isDrifting = false
  /// Responses by row, of each client.
  private(set) var clients: [ClientID: [UInt64]] = [:]

  /// Whether anything changed since it was last shown.
  var isTouched = false
  /// Whether it is among the service's active ones.
  var isActive = false
  /// The second until which its history changes by time alone.
  private(set) var livelyUntil: UInt64 = 0
  private var newestSecond: UInt64 = 0
  private var rowOfWorkload: [Int: Int] = [:]
  private var rowOfLabel: [String: Int] = [:]
  private var generation = 0

  init(_ spec: RuleSpec, since: UInt64) {
    self.spec = spec
    self.since = since
    rows = spec.destinations.map { Row(label: $0.label) }
    drift = DriftTest(weights: RuleTraffic.weights(spec))
  }

  /// Shows the last seconds of the rule that was here before, if it had the same rows.
  mutating func continueHistory(of old: RuleTraffic) {
    guard old.spec.destinations.map(\.label) == spec.destinations.map(\.label) else { return }
    newestSecond = old.newestSecond
    livelyUntil = old.livelyUntil
    isActive = old.isActive
    for index in spec.destinations.indices { rows[index].seconds = old.rows[index].seconds }
    // The second of the change would mix both contents.
    clearSecond(newestSecond)
  }

  mutating func recordFailure() {
    isTouched = true
    failed += 1
  }

  /// Counts a response.
  ///
  /// - Returns: Whether this one made the evidence of drift enough.
  mutating func record(
    _ responder: Responder,
    cluster: String,
    client: ClientID,
    second: UInt64,
    in table: ResponderTable
  ) -> Bool {
    let row = row(of: responder, cluster: cluster, in: table)
    advance(toSecond: second)
    count(1, in: row, client: client, second: second)
    countDrift(row, responder)
    return takeAlarm()
  }

  /// Counts the calls that one load report tells of, by the cluster that each picked.
  ///
  /// Their order within the report isn't known and doesn't matter: the evidence is the same in any,
  /// and is looked at only after all of them.
  ///
  /// - Returns: Whether these made the evidence of drift enough.
  mutating func record(_ loads: [LoadCount], client: ClientID, second: UInt64) -> Bool {
    advance(toSecond: second)
    isTouched = true
    for load in loads {
      failed += load.failed
      guard load.answered > 0 else { continue }
      let place = spec.destinations.firstIndex { $0.cluster == load.cluster }
      let row = place ?? extraRow("unknown")
      count(load.answered, in: row, client: client, second: second)
      bySubset += load.answered
      if let place { drift?.record(place, times: load.answered) }
    }
    return takeAlarm()
  }

  /// Counts responses of a second that ``advance(toSecond:)`` has reached.
  private mutating func count(_ calls: UInt64, in row: Int, client: ClientID, second: UInt64) {
    rows[row].count += calls
    isTouched = true
    livelyUntil = max(livelyUntil, second + UInt64(RuleTraffic.historySeconds))
    if newestSecond - second < UInt64(RuleTraffic.historySeconds) {
      rows[row].seconds[slot(second)] &+= UInt32(clamping: calls)
    }
    n += calls
    if clients[client] != nil || clients.count < RuleTraffic.clientLimit {
      clients[client, default: []].add(calls, at: row)
    }
  }

  /// - Returns: Whether there was anything of it.
  mutating func forget(_ client: ClientID) -> Bool {
    guard !clients.isEmpty, clients.removeValue(forKey: client) != nil else { return false }
    isTouched = true
    return true
  }

  /// The last row's share in each of the last seconds, oldest first, up to the current one.
  mutating func history(atSecond second: UInt64) -> [Double?] {
    guard second <= livelyUntil, let last = rows.indices.last else { return RuleTraffic.noHistory }
    advance(toSecond: second)
    return (1...RuleTraffic.historySeconds).map { offset in
      let slot = slot(newestSecond &+ UInt64(offset))
      let total = rows.reduce(0) { $0 + UInt64($1.seconds[slot]) }
      return total == 0 ? nil : Double(rows[last].seconds[slot]) / Double(total)
    }
  }

  // MARK: Rows

  private mutating func row(
    of responder: Responder,
    cluster: String,
    in table: ResponderTable
  ) -> Int {
    switch responder {
    case .workload(let place):
      if generation != table.generation {
        rowOfWorkload.removeAll()
        generation = table.generation
      }
      if let row = rowOfWorkload[place] { return row }
      return row(of: table.workloads[place], place: place, cluster: cluster)
    case .workloadVersion(let name), .endpoint(let name): return extraRow(name)
    case .unknown: return extraRow("unknown")
    }
  }

  /// The row of the first destination that selects the workload.
  ///
  /// Where several do (subsets that overlap), what answered can't tell which was meant; then the
  /// one that was picked counts.
  private mutating func row(of workload: Workload, place: Int, cluster: String) -> Int {
    let candidates = spec.destinations.indices.filter { spec.destinations[$0].selects(workload) }
    if candidates.count > 1 {
      return candidates.first { spec.destinations[$0].cluster == cluster } ?? candidates[0]
    }
    let row =
      candidates.first ?? extraRow(workload.workloadVersion.printable(limit: TextLimit.name))
    rowOfWorkload[place] = row
    return row
  }

  private mutating func extraRow(_ label: String) -> Int {
    if let row = rowOfLabel[label] { return row }
    let extras = rows.count - spec.destinations.count
    if extras >= RuleTraffic.extraRowLimit { return rows.count - 1 }
    let isLast = extras == RuleTraffic.extraRowLimit - 1
    rows.append(Row(label: isLast ? "others" : label))
    // The labels behind the last row have no place of their own, so their number is bounded.
    if !isLast { rowOfLabel[label] = rows.count - 1 }
    return rows.count - 1
  }

  // MARK: Drift

  /// Of destinations with the same workloads behind them the first stands for all.
  private static func weights(_ spec: RuleSpec) -> [UInt32] {
    var weights: [UInt32] = []
    for (index, destination) in spec.destinations.enumerated() {
      guard let weight = destination.weight else { return [] }
      let twin = spec.destinations[..<index].firstIndex { $0.cluster == destination.cluster }
      if let twin {
        weights[twin] = UInt32(clamping: UInt64(weights[twin]) + UInt64(weight))
        weights.append(0)
      } else {
        weights.append(weight)
      }
    }
    return weights
  }

  /// Whether the evidence has become enough just now.
  private mutating func takeAlarm() -> Bool {
    guard !isDrifting, drift?.isAlarm == true else { return false }
    isDrifting = true
    return true
  }

  private mutating func countDrift(_ row: Int, _ responder: Responder) {
    guard drift != nil else { return }
    if row < spec.destinations.count {
      drift?.record(row)
      return
    }
    switch responder {
    case .workload, .workloadVersion: drift?.recordUnexplained()
    // Nobody knows what answered: no evidence.
    case .endpoint, .unknown: break
    }
  }

  // MARK: Seconds

  private mutating func advance(toSecond second: UInt64) {
    guard second > newestSecond else { return }
    let passed = min(second - newestSecond, UInt64(RuleTraffic.historySeconds))
    for age in 0..<passed { clearSecond(second - age) }
    newestSecond = second
  }

  private mutating func clearSecond(_ second: UInt64) {
    let slot = slot(second)
    for index in rows.indices where rows[index].seconds[slot] != 0 {
      rows[index].seconds[slot] = 0
    }
  }

  private func slot(_ second: UInt64) -> Int {
    Int(second % UInt64(RuleTraffic.historySeconds))
  }
}

extension [UInt64] {
  /// Adds to an element, after as many zeros as it takes to have one.
  fileprivate mutating func add(_ amount: UInt64, at index: Int) {
    while count <= index { append(0) }
    self[index] += amount
  }
}
