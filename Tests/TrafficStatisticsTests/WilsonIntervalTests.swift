import RealModule
import Testing
import TrafficStatistics

@Suite("The 95 % interval of a share")
struct WilsonIntervalTests {
  /// From Newcombe, Statistics in Medicine 17 (1998) 857-872, Table I, method 3.
  ///
  /// And 10 of 100 as Python's `statsmodels` tells it: `proportion_confint(10, 100, method="wilson")`.
  @Test(
    "agrees with published figures",
    arguments: [
      (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
      (1, 29, 0.0061, 0.1718), (10, 100, 0.0552, 0.1744),
    ] as [(UInt64, UInt64, Double, Double)]
  )
  func published(count: UInt64, n: UInt64, low: Double, high: Double) throws {
    let interval = try #require(WilsonInterval(count: count, of: n))
    #expect(abs(interval.low - low) < 0.00005)
    #expect(abs(interval.high - high) < 0.00005)
  }

  @Test("starts at exactly 0 for none and ends at exactly 1 for all")
  func edges() throws {
    for n in 1...300 as ClosedRange<UInt64> {
      let none = try #require(WilsonInterval(count: 0, of: n))
      let all = try #require(WilsonInterval(count: n, of: n))
      #expect(none.low == 0)
      #expect(all.high == 1)
      #expect(abs(none.high - (1 - all.low)) < 1e-12)
    }
  }

  @Test("knows nothing of no responses")
  func empty() {
    #expect(WilsonInterval(count: 0, of: 0) == nil)
  }

  @Test(
    "holds the observed share and stays within 0 to 1",
    arguments: [1, 7, 100, 1801] as [UInt64]
  )
  func holdsTheShare(n: UInt64) throws {
    for count in 0...n {
      let interval = try #require(WilsonInterval(count: count, of: n))
      let share = Double(count) / Double(n)
      #expect(interval.low >= 0 && interval.high <= 1)
      #expect(interval.low <= share && share <= interval.high)
    }
  }

  /// Exact: sums the binomial distribution over the counts whose interval holds the true share.
  @Test("covers 95 % on average over all shares", arguments: [20, 50, 200] as [UInt64])
  func coverage(n: UInt64) throws {
    let shares = stride(from: 0.01, through: 0.99, by: 0.01)
    var sum = 0.0
    var least = 1.0
    for share in shares {
      var covered = 0.0
      for count in 0...n {
        let interval = try #require(WilsonInterval(count: count, of: n))
        guard interval.low <= share && share <= interval.high else { continue }
        covered += binomial(count, n, share)
      }
      sum += covered
      least = min(least, covered)
    }
    let mean = sum / 99
    #expect(mean > 0.945 && mean < 0.96)
    #expect(least > 0.83)
  }

  @Test(
    "says how many responses a half width takes",
    arguments: [
      (0.02, 0.10, 865), (0.02, 0.25, 1801), (0.02, 0.50, 2401), (0.01, 0.10, 3458),
      (0.02, 0, 189), (0.02, 1, 189), (0.02, 0.90, 865),
    ] as [(Double, Double, UInt64)]
  )
  func samples(halfWidth: Double, share: Double, wanted: UInt64) {
    #expect(WilsonInterval.samplesNeeded(halfWidth: halfWidth, share: share) == wanted)
  }

  @Test("is as narrow as promised after that many", arguments: [0, 0.01, 0.1, 0.25, 0.5, 0.9, 1])
  func samplesSuffice(share: Double) throws {
    let n = WilsonInterval.samplesNeeded(halfWidth: 0.02, share: share)
    let count = UInt64((share * Double(n)).rounded())
    let interval = try #require(WilsonInterval(count: count, of: n))
    #expect((interval.high - interval.low) / 2 < 0.0201)
  }

  private func binomial(_ count: UInt64, _ n: UInt64, _ share: Double) -> Double {
    let (count, n) = (Double(count), Double(n))
    let choose =
      Double.logGamma(n + 1) - Double.logGamma(count + 1) - Double.logGamma(n - count + 1)
    return Double.exp(choose + count * Double.log(share) + (n - count) * Double.log(1 - share))
  }
}
