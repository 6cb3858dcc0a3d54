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

  mutating func record(_ record: CallRecord, workload: String, at now: MonotonicTime) {
    if counts[workload] == nil {
      // Workloads that came later than so many others start from 0 with all of them.
      if counts.count >= EndpointTraffic.limit { counts.removeAll() }
      counts[workload] = Counts()
    }
    counts[workload]?.calls += 1
    if record.statusCode != 0 { counts[workload]?.failed += 1 }
    counts[workload]?.rate.record(atNanoseconds: now.nanoseconds)
  }
}
