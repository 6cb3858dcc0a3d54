import MeshModel
import TestSupport
import Testing
import TrafficEngine

@Suite("Load schedules")
struct LoadScheduleTests {
  static let start = MonotonicTime(nanoseconds: 5_000_000_000)

  static func after(_ milliseconds: UInt64) -> MonotonicTime {
    start.advanced(byNanoseconds: milliseconds * 1_000_000)
  }

  /// The arrivals of a client that always wakes in time, in nanoseconds after the start.
  static func arrivals(
    _ schedule: inout LoadSchedule,
    count: Int,
    using dice: inout SplitMix64
  ) -> [UInt64] {
    var arrivals: [UInt64] = []
    while arrivals.count < count, let next = schedule.nextArrival {
      let due = schedule.takeDue(at: next, using: &dice)
      arrivals += Array(repeating: next.nanoseconds(since: start), count: due)
      if due == 0 { break }
    }
    return arrivals
  }

  @Test("a constant rate has equal gaps and no drift", arguments: [1, 3, 20, 7_000.5])
  func constant(rate: Double) throws {
    var dice = SplitMix64(seed: 3)
    var schedule = LoadSchedule(.constant, rate: rate, from: Self.start, using: &dice)
    let arrivals = Self.arrivals(&schedule, count: 10_000, using: &dice)
    try #require(arrivals.count == 10_000)
    let gap = 1e9 / rate
    #expect(Double(arrivals[0]) <= gap)
    for (earlier, later) in zip(arrivals, arrivals.dropFirst()) {
      #expect(abs(Double(later - earlier) - gap) <= 1)
    }
    let whole = Double(arrivals[9_999] - arrivals[0])
    #expect(abs(whole - 9_999 * gap) < whole * 1e-9 + 2)
  }

  @Test("clients of one rate begin at different moments, spread over the gap")
  func phase() {
    let firsts = (0..<200 as Range<UInt64>).compactMap { seed in
      var dice = SplitMix64(seed: seed)
      return LoadSchedule(.constant, rate: 10, from: Self.start, using: &dice)
        .nextArrival?.nanoseconds(since: Self.start)
    }
    #expect(firsts.allSatisfy { $0 <= 100_000_000 })
    #expect(firsts.count { $0 < 25_000_000 } > 25)
    #expect(firsts.count { $0 > 75_000_000 } > 25)
  }

  @Test(
    "Poisson gaps have the mean and the spread of an exponential",
    arguments: [1, 2, 3] as [UInt64]
  )
  func poisson(seed: UInt64) {
    var dice = SplitMix64(seed: seed)
    let samples = (0..<20_000).map { _ in Double.exponential(using: &dice) }
    let mean = samples.reduce(0, +) / 20_000
    let variance = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean - 1) < 0.04)
    #expect(abs(variance - 1) < 0.15)
    for (bound, share) in [(0.1, 0.0952), (0.6931, 0.5), (1, 0.6321), (3, 0.9502)] {
      let below = Double(samples.count { $0 < bound }) / 20_000
      #expect(abs(below - share) < 0.018, "\(below) below \(bound)")
    }

    var schedule = LoadSchedule(.poisson, rate: 50, from: Self.start, using: &dice)
    let arrivals = Self.arrivals(&schedule, count: 5_000, using: &dice)
    #expect(abs(Double(arrivals.last ?? 0) / 1e9 - 100) < 8)
  }

  @Test("a client that wakes late makes up for it at once, up to the bound")
  func catchesUp() {
    var dice = SplitMix64(seed: 1)
    var schedule = LoadSchedule(
      .constant,
      rate: 1_000,
      from: Self.start,
      maximumBurst: 8,
      using: &dice
    )
    #expect(schedule.takeDue(at: Self.after(5), using: &dice) == 5)
    #expect(schedule.skipped == 0)
    #expect(schedule.takeDue(at: Self.after(5), using: &dice) == 0)
    #expect(schedule.takeDue(at: Self.after(1_005), using: &dice) == 8)
    #expect(schedule.skipped == 992)
    // Skipping keeps the phase: the next one comes within a gap.
    #expect(schedule.takeDue(at: Self.after(1_006), using: &dice) == 1)
    #expect(schedule.takeDue(at: Self.after(1_009), using: &dice) == 3)
  }

  @Test("a long sleep of a Poisson client costs no time and no burst")
  func longSleep() throws {
    var dice = SplitMix64(seed: 1)
    var schedule = LoadSchedule(
      .poisson,
      rate: 1e6,
      from: Self.start,
      maximumBurst: 4,
      using: &dice
    )
    let year: UInt64 = 365 * 86_400 * 1_000
    #expect(schedule.takeDue(at: Self.after(year), using: &dice) == 4)
    #expect(schedule.skipped > 1_000_000_000_000)
    let next = try #require(schedule.nextArrival)
    #expect(next > Self.after(year))
    #expect(next < Self.after(year + 1))
  }

  @Test("a rate of 0 has no arrivals", arguments: [0, -1, Double.nan, -Double.infinity])
  func noRate(rate: Double) {
    var dice = SplitMix64(seed: 1)
    for shape in [LoadSchedule.Shape.constant, .poisson] {
      var schedule = LoadSchedule(shape, rate: rate, from: Self.start, using: &dice)
      #expect(schedule.nextArrival == nil)
      #expect(schedule.takeDue(at: Self.after(1_000_000), using: &dice) == 0)
    }
  }

  @Test("extreme rates neither trap nor hang", arguments: [Double.infinity, 1e300, 1e-300])
  func extremeRates(rate: Double) {
    var dice = SplitMix64(seed: 1)
    for shape in [LoadSchedule.Shape.constant, .poisson] {
      var schedule = LoadSchedule(
        shape,
        rate: rate,
        from: Self.start,
        maximumBurst: 0,
        using: &dice
      )
      _ = schedule.nextArrival
      #expect(schedule.takeDue(at: Self.after(10), using: &dice) <= 1)
      #expect(schedule.takeDue(at: MonotonicTime(nanoseconds: .max), using: &dice) <= 1)
      _ = schedule.nextArrival
    }
  }

  @Test("another rate holds from the moment it is set")
  func setRate() throws {
    var dice = SplitMix64(seed: 1)
    var schedule = LoadSchedule(.constant, rate: 0, from: Self.start, using: &dice)
    schedule.setRate(100, at: Self.after(2_000), using: &dice)
    let first = try #require(schedule.nextArrival)
    #expect(first >= Self.after(2_000))
    #expect(first <= Self.after(2_010))
    #expect(schedule.rate == 100)
    #expect(schedule.takeDue(at: first, using: &dice) == 1)
    schedule.setRate(0, at: first, using: &dice)
    #expect(schedule.nextArrival == nil)
  }

  @Test("time that goes backwards makes nothing due")
  func backwards() {
    var dice = SplitMix64(seed: 1)
    var schedule = LoadSchedule(.poisson, rate: 100, from: Self.start, using: &dice)
    #expect(schedule.takeDue(at: .zero, using: &dice) == 0)
  }
}
