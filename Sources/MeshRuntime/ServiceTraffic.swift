import MeshModel
import TrafficStatistics
import XDSCore

/// The calls to one service's port, and to each of its rules.
struct ServiceTraffic: Sendable {
  static let rateSeconds = 5
  static let latencySeconds = 10

  let port: ServicePort
  private(set) var rules: [RuleTraffic]
  /// Headers that the rules match on, so that clients report them.
  private(set) var matchedHeaders: [String] = []
  private(set) var calls = SlidingRate(seconds: rateSeconds)
  private(set) var failures = SlidingRate(seconds: rateSeconds)
  private(set) var latency = SlidingLatency(seconds: latencySeconds)

  init(port: ServicePort) {
    self.port = port
    rules = []
  }

  /// Takes over new rules, with the counts of those that are as they were.
  mutating func update(_ specs: [RuleSpec], matchedHeaders: [String], since push: UInt64) {
    self.matchedHeaders = matchedHeaders
    rules = specs.enumerated().map { index, spec in
      guard index < rules.count else { return RuleTraffic(spec, since: push) }
      if rules[index].spec == spec { return rules[index] }
      var fresh = RuleTraffic(spec, since: push)
      fresh.continueHistory(of: rules[index])
      return fresh
    }
  }

  /// Lets calls count from an earlier push on: the one that brought the routes as they are now.
  mutating func clampSince(to push: UInt64) {
    for index in rules.indices { rules[index].since = min(rules[index].since, push) }
  }

  mutating func forget(_ client: ClientID) {
    for index in rules.indices { rules[index].forget(client) }
  }

  /// Counts a call whichever rule and revision it is of.
  mutating func record(_ record: CallRecord, at now: MonotonicTime) {
    calls.record(atNanoseconds: now.nanoseconds)
    if record.statusCode != 0 { failures.record(atNanoseconds: now.nanoseconds) }
    latency.record(record.latencyMicroseconds, atSecond: now.second)
  }

  /// Counts a call of a rule, from 0, which must be there.
  mutating func record(
    _ record: CallRecord,
    rule: Int,
    responder: Responder,
    client: ClientID,
    second: UInt64,
    in table: ResponderTable
  ) {
    guard record.statusCode == 0 else {
      rules[rule].recordFailure()
      return
    }
    rules[rule].record(
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
