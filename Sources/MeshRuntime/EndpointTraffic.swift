import MeshModel
import TrafficStatistics

/// The calls that each workload answered.
struct EndpointTraffic: Sendable {
  struct Counts: Sendable {
    var calls: UInt64 = 0
    var failed: UInt64 = 0
    var rate = SlidingRate(seconds: ServiceTraffic.rateSeconds)
  }

  private static let limit = 4_096

  private var counts: [String: Counts] = [:]

  subscript(workload: String) -> Counts? { counts[workload] }

  mutating func record(_ record: CallRecord, workload: String, at time: MonotonicTime) {
    makeRoom(for: workload)
    guard let index = counts.index(forKey: workload) else { return }
    counts.values[index].calls += 1
    if record.statusCode != 0 { counts.values[index].failed += 1 }
    counts.values[index].rate.record(atNanoseconds: time.nanoseconds)
  }

  /// Counts calls that load reports tell of.
  mutating func record(calls: UInt64, failed: UInt64, workload: String, at time: MonotonicTime) {
    makeRoom(for: workload)
    guard let index = counts.index(forKey: workload) else { return }
    counts.values[index].calls += calls
    counts.values[index].failed += failed
    counts.values[index].rate.record(calls, atNanoseconds: time.nanoseconds)
  }

  /// Counts a failed call that was meant for a workload and did not reach it.
  mutating func recordFailure(workload: String) {
    makeRoom(for: workload)
    counts[workload]?.calls += 1
    counts[workload]?.failed += 1
  }

  private mutating func makeRoom(for workload: String) {
    guard counts[workload] == nil else { return }
    // Workloads that came later than so many others start from 0 with all of them.
    if counts.count >= EndpointTraffic.limit { counts.removeAll() }
    counts[workload] = Counts()
  }
}
