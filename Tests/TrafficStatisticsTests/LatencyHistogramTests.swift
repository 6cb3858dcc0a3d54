import RealModule
import Testing
import TestSupport
import TrafficStatistics

@Suite("The latency histogram")
struct LatencyHistogramTests {
  @Test("tells every single value within its relative error")
  func errorBound() throws {
    var dice = SeededGenerator(seed: 1)
    var values: [UInt64] = Array(0...4_096)
    for bits in 1...35 {
      let power: UInt64 = 1 << UInt64(bits)
      values += [power - 1, power, power + 1]
      for _ in 0..<50 { values.append(UInt64.random(in: power..<(2 * power), using: &dice)) }
    }
    for value in values {
      var histogram = LatencyHistogram()
      histogram.record(value)
      let told = try #require(histogram.quantile(0.5))
      let error = abs(Double(told) - Double(value))
      #expect(error <= Double(value) * LatencyHistogram.relativeError, "\(value) told as \(told)")
    }
  }

  @Test("is exact below 64 microseconds")
  func exactWhereSmall() {
    for value in 0..<64 as Range<UInt64> {
      var histogram = LatencyHistogram()
      histogram.record(value)
      #expect(histogram.quantile(0) == value)
    }
  }

  @Test("gives quantiles within the error bound of the sorted values")
  func quantiles() throws {
    var dice = SeededGenerator(seed: 2)
    var histogram = LatencyHistogram()
    var values: [UInt64] = []
    for _ in 0..<20_000 {
      // Log-uniform from 10 µs to 10 s.
      let value = UInt64(Double.pow(10, Double.random(in: 1..<7, using: &dice)))
      values.append(value)
      histogram.record(value)
    }
    values.sort()
    for q in [0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
      let rank = max(1, Int((q * Double(values.count)).rounded(.up)))
      let exact = Double(values[rank - 1])
      let told = Double(try #require(histogram.quantile(q)))
      #expect(abs(told - exact) <= exact * LatencyHistogram.relativeError, "q \(q)")
    }
  }

  @Test("takes the longest time there is without a trap")
  func huge() throws {
    var histogram = LatencyHistogram()
    histogram.record(.max)
    #expect(try #require(histogram.quantile(1)) > 60_000_000_000)
  }

  @Test("knows no quantile of nothing")
  func empty() {
    #expect(LatencyHistogram().quantile(0.5) == nil)
  }

  @Test("merges and subtracts as if recorded in one")
  func mergeAndSubtract() {
    var (left, right, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
    for value in 0..<1_000 as Range<UInt64> {
      if value.isMultiple(of: 3) { left.record(value * 7) } else { right.record(value * 7) }
      both.record(value * 7)
    }
    var merged = left
    merged.merge(right)
    #expect(merged == both)
    merged.subtract(right)
    #expect(merged == left)
  }
}

@Suite("The latency of the last seconds")
struct SlidingLatencyTests {
  @Test("forgets what is older than the window")
  func slides() {
    var sliding = SlidingLatency(seconds: 3)
    sliding.record(10, atSecond: 100)
    sliding.record(20, atSecond: 101)
    sliding.record(30, atSecond: 102)
    #expect(sliding.window.count == 3)
    sliding.advance(toSecond: 103)
    #expect(sliding.window.count == 2)
    #expect(sliding.window.quantile(0) == 20)
    sliding.advance(toSecond: 104)
    #expect(sliding.window.quantile(0) == 30)
    sliding.advance(toSecond: 10_000)
    #expect(sliding.window.isEmpty)
  }

  @Test("holds the same as a histogram of the window made afresh")
  func agreesWithFresh() {
    var dice = SeededGenerator(seed: 3)
    var sliding = SlidingLatency(seconds: 5)
    var all: [(second: UInt64, value: UInt64)] = []
    var second: UInt64 = 7
    for _ in 0..<2_000 {
      if Int.random(in: 0..<20, using: &dice) == 0 {
        second += UInt64.random(in: 1...8, using: &dice)
      }
      let value = UInt64.random(in: 0..<100_000, using: &dice)
      sliding.record(value, atSecond: second)
      all.append((second, value))
      var fresh = LatencyHistogram()
      for one in all.suffix(500) where second - one.second < 5 { fresh.record(one.value) }
      #expect(sliding.window == fresh)
    }
  }

  @Test("leaves out a value from before the window")
  func tooLate() {
    var sliding = SlidingLatency(seconds: 2)
    sliding.record(1, atSecond: 50)
    sliding.record(2, atSecond: 40)
    #expect(sliding.window.count == 1)
  }
}

@Suite("The rate of the last seconds")
struct SlidingRateTests {
  private static let second: UInt64 = 1_000_000_000

  @Test("tells a steady rate right, wherever in a second it is asked")
  func steady() {
    var rate = SlidingRate(seconds: 5)
    var now = 1_000 * Self.second
    for _ in 0..<400 {
      rate.record(atNanoseconds: now)
      now += Self.second / 20
    }
    for step in 0..<20 as Range<UInt64> {
      let later = now + step * Self.second / 20
      for _ in 0..<1 { rate.record(atNanoseconds: later) }
      let told = rate.perSecond(atNanoseconds: later)
      #expect(abs(told - 20) < 0.5, "\(told)")
    }
  }

  @Test("is not diluted by the silence before the first call")
  func startUp() {
    var rate = SlidingRate(seconds: 5)
    for step in 0..<40 as Range<UInt64> {
      rate.record(atNanoseconds: 77 * Self.second + step * Self.second / 20)
    }
    #expect(abs(rate.perSecond(atNanoseconds: 79 * Self.second) - 20) < 0.05)
  }

  @Test("falls to 0 when calls stop, and starts afresh after a pause")
  func stops() {
    var rate = SlidingRate(seconds: 5)
    rate.record(100, atNanoseconds: 10 * Self.second)
    #expect(rate.perSecond(atNanoseconds: 11 * Self.second) == 100)
    // A second of the silence may be news that is late.
    #expect(rate.perSecond(atNanoseconds: 15 * Self.second) == 25)
    #expect(rate.perSecond(atNanoseconds: 16 * Self.second) == 0)
    #expect(rate.perSecond(atNanoseconds: 900 * Self.second) == 0)
    rate.record(10, atNanoseconds: 1_000 * Self.second)
    #expect(rate.perSecond(atNanoseconds: 1_000 * Self.second) <= 10)
  }

  @Test("tells a steady rate right though all is told late", arguments: [0, 100, 400, 900])
  func late(milliseconds: UInt64) {
    for perSecond in [2, 40] as [UInt64] {
      var rate = SlidingRate(seconds: 5)
      let delay = milliseconds * 1_000_000
      for call in 0..<(perSecond * 20) {
        let time = 100 * Self.second + call * Self.second / perSecond
        rate.record(atNanoseconds: time)
        guard call > perSecond * 6 else { continue }
        let told = rate.perSecond(atNanoseconds: time + delay)
        #expect(abs(told / Double(perSecond) - 1) < 0.13, "\(told)")
      }
    }
  }

  @Test("puts each in the second it was in, whatever the order, and leaves out what is too old")
  func order() {
    var rate = SlidingRate(seconds: 5)
    for second in [20, 18, 19, 16, 15, 3] as [UInt64] {
      rate.record(10, atNanoseconds: second * Self.second)
    }
    #expect(rate.count(atNanoseconds: 20 * Self.second) == 40)
    #expect(rate.count(atNanoseconds: 22 * Self.second) == 30)
    #expect(rate.count(atNanoseconds: 24 * Self.second) == 10)
  }

  @Test("is 0 before anything came")
  func nothing() {
    #expect(SlidingRate(seconds: 2).perSecond(atNanoseconds: 5) == 0)
  }
}
