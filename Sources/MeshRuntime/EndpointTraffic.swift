import MeshModel
import TrafficStatistics

/// The calls that each workload answered, or was meant to.
struct EndpointTraffic: Sendable {
  /// A workload, and by which port of its service it was called; nil for a service that has only one.
  struct Place: Hashable, Sendable {
    var workload: String
    var port: UInt16?
  }

  struct Counts: Sendable {
    var calls: UInt64 = 0
    var failed: UInt64 = 0
    var rate = SlidingRate(seconds: ServiceTraffic.rateSeconds)
    var failures = SlidingRate(seconds: ServiceTraffic.rateSeconds)
    fileprivate var run = FailureRun()
  }

  private static let limit = 4_096

  private var counts: [Place: Counts] = [:]
  /// What is to be told, since the last time that it was taken.
  private var turns: [(place: Place, turn: FailureRun.Turn)] = []

  subscript(workload: String, port: UInt16?) -> Counts? {
    counts[Place(workload: workload, port: port)]
  }

  /// Counts calls; those of which nobody knows when they were (`time` is nil) in no rate.
  mutating func record(
    calls: UInt64 = 1,
    failed: UInt64,
    of place: Place,
    at time: MonotonicTime?
  ) {
    change(place) { $0.record(calls: calls, failed: failed, at: time) }
    if place.port != nil {
      change(Place(workload: place.workload)) { $0.record(calls: calls, failed: failed, at: time) }
    }
    guard let time else { return }
    let turn = change(place) { $0.run.record(calls: calls, failed: failed, at: time) }
    if let turn { turns.append((place, turn)) }
  }

  /// The places that began to fail every call, or answered one again, since the last time.
  mutating func takeTurns() -> [(place: Place, turn: FailureRun.Turn)] {
    guard !turns.isEmpty else { return [] }
    defer { turns.removeAll() }
    return turns
  }

  private mutating func change<Result>(
    _ place: Place,
    _ body: (inout Counts) -> Result
  ) -> Result {
    if let index = counts.index(forKey: place) { return body(&counts.values[index]) }
    // Workloads that came later than so many others start from 0 with all of them.
    if counts.count >= EndpointTraffic.limit { counts.removeAll() }
    return body(&counts[place, default: Counts()])
  }
}

extension EndpointTraffic.Counts {
  /// The share of the calls of the last seconds that failed; nil where there were none.
  func recentFailureShare(at now: MonotonicTime) -> Double? {
    let calls = rate.count(atNanoseconds: now.nanoseconds)
    guard calls > 0 else { return nil }
    return min(1, Double(failures.count(atNanoseconds: now.nanoseconds)) / Double(calls))
  }

  fileprivate mutating func record(calls: UInt64, failed: UInt64, at time: MonotonicTime?) {
    self.calls += calls
    self.failed += failed
    guard let time else { return }
    rate.record(calls, atNanoseconds: time.nanoseconds)
    if failed > 0 { failures.record(failed, atNanoseconds: time.nanoseconds) }
  }
}
