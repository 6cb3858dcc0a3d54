import MeshModel
import TrafficStatistics
import XDSCore

/// The calls to one service's port, and to each of its rules.
struct ServiceTraffic: Sendable {
  /// Counts in which drift was found, and which are no more.
  struct DriftEnd: Sendable {
    /// From 0.
    let rule: Int
    let traffic: RuleTraffic
  }

  static let rateSeconds = 5
  static let latencySeconds = 10
  private static let pathLimit = 8
  private static let subsetLimit = 64

  let port: ServicePort
  private(set) var rules: [RuleTraffic]
  /// Rules whose pictures may have to change, in no order: most of thousands have no calls.
  private var active: [Int] = []
  /// Headers that the rules match on, so that clients report them.
  private(set) var matchedHeaders: [String] = []
  private(set) var calls = SlidingRate(seconds: rateSeconds)
  private(set) var failures = SlidingRate(seconds: rateSeconds)
  /// The first few paths that were called.
  private(set) var paths: [String] = []
  private(set) var latency = SlidingLatency(seconds: latencySeconds)
  /// Calls that load reports tell of and that no rule is known of, since the rules last changed: by
  /// subset, empty for none.
  private(set) var unattributed: [String: UInt64] = [:]
  /// Of those the ones that may have been decided by rules before or after a change.
  private(set) var betweenRevisions: UInt64 = 0

  init(port: ServicePort) {
    self.port = port
    rules = []
  }

  /// Takes over new rules, with the counts of those that are as they were.
  ///
  /// - Returns: The others, as far as drift was found in them.
  mutating func update(
    _ specs: [RuleSpec],
    matchedHeaders: [String],
    since push: UInt64
  ) -> [DriftEnd] {
    self.matchedHeaders = matchedHeaders
    let unchanged = RuleSpec.unchanged(specs, since: rules.map(\.spec))
    if specs.count != rules.count || unchanged.contains(false) {
      unattributed.removeAll()
      betweenRevisions = 0
    }
    let ends = drifting.filter { $0.rule >= specs.count || !unchanged[$0.rule] }
    rules = specs.enumerated().map { index, spec in
      guard index < rules.count else { return RuleTraffic(spec, since: push) }
      if unchanged[index] { return rules[index] }
      var fresh = RuleTraffic(spec, since: push)
      fresh.continueHistory(of: rules[index])
      return fresh
    }
    active = rules.indices.filter { rules[$0].isActive }
    return ends
  }

  /// The rules in whose counts drift was found.
  var drifting: [DriftEnd] {
    rules.enumerated().filter(\.element.isDrifting).map { DriftEnd(rule: $0, traffic: $1) }
  }

  /// Lets calls count from an earlier push on: the one that brought the routes as they are now.
  mutating func clampSince(to push: UInt64) {
    for index in rules.indices { rules[index].since = min(rules[index].since, push) }
  }

  mutating func forget(_ client: ClientID) {
    for index in rules.indices where rules[index].forget(client) { activate(index) }
  }

  /// The rules that may look different from when this was last asked; `isNewSecond` tells whether
  /// that was in a second before.
  mutating func takeStaleRules(atSecond second: UInt64, isNewSecond: Bool) -> [Int] {
    var stale: [Int] = []
    var stillActive: [Int] = []
    for index in active {
      if rules[index].isTouched || isNewSecond { stale.append(index) }
      rules[index].isTouched = false
      rules[index].isActive = second <= rules[index].livelyUntil
      if rules[index].isActive { stillActive.append(index) }
    }
    active = stillActive
    return stale
  }

  private mutating func activate(_ rule: Int) {
    guard !rules[rule].isActive else { return }
    rules[rule].isActive = true
    active.append(rule)
  }

  /// Counts a call whichever rule and revision it is of.
  mutating func record(_ record: CallRecord, at time: MonotonicTime) {
    calls.record(atNanoseconds: time.nanoseconds)
    if record.statusCode != 0 { failures.record(atNanoseconds: time.nanoseconds) }
    // A line of a log tells none.
    if record.source == .accessLog {
      latency.record(record.latencyMicroseconds, atSecond: time.second)
    }
    guard paths.count < ServiceTraffic.pathLimit, !record.path.isEmpty,
      !paths.contains(record.path)
    else { return }
    paths.append(record.path)
  }

  /// Counts calls of a load report, whichever rule and revision they are of.
  mutating func record(calls count: UInt64, failed: UInt64, at time: MonotonicTime) {
    calls.record(count, atNanoseconds: time.nanoseconds)
    failures.record(failed, atNanoseconds: time.nanoseconds)
  }

  /// Counts calls of a load report that no rule is known of.
  mutating func recordUnattributed(_ count: UInt64, subset: String, isBetweenRevisions: Bool) {
    guard count > 0 else { return }
    guard unattributed[subset] != nil || unattributed.count < ServiceTraffic.subsetLimit else {
      return
    }
    unattributed[subset, default: 0] += count
    if isBetweenRevisions { betweenRevisions += count }
  }

  /// Counts the answered and the failed calls of a rule that one load report tells of, by cluster;
  /// the rule must be there.
  ///
  /// - Returns: Whether these made the evidence of drift enough.
  mutating func record(
    _ loads: [LoadCount],
    rule: Int,
    client: ClientID,
    second: UInt64
  ) -> Bool {
    activate(rule)
    return rules[rule].record(loads, client: client, second: second)
  }

  /// Counts a call of a rule, from 0, which must be there.
  ///
  /// - Returns: Whether this one made the evidence of drift enough.
  mutating func record(
    _ record: CallRecord,
    rule: Int,
    responder: Responder,
    client: ClientID,
    second: UInt64,
    in table: ResponderTable
  ) -> Bool {
    activate(rule)
    guard record.statusCode == 0 else {
      rules[rule].recordFailure()
      return false
    }
    return rules[rule].record(
      responder,
      cluster: record.cluster,
      client: client,
      second: second,
      in: table
    )
  }

  mutating func advance(to now: MonotonicTime) {
    latency.advance(toSecond: now.second)
  }

  mutating func history(ofRule rule: Int, at now: MonotonicTime) -> [Double?] {
    rules[rule].history(atSecond: now.second)
  }
}

extension MonotonicTime {
  var second: UInt64 { nanoseconds / 1_000_000_000 }

  /// Microseconds from `earlier` to this; 0 where `earlier` is later.
  func microseconds(since earlier: MonotonicTime) -> UInt64 { nanoseconds(since: earlier) / 1_000 }
}
