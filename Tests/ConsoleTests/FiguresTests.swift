import MeshModel
import Testing

@testable import Console

@Suite("Figures")
struct FiguresTests {
  @Test(
    "writes shares in percent with one decimal, halves up",
    arguments: [
      (0.75, "75.0"), (0.0005, "0.1"), (0.9996, "100.0"), (0.00049, "0.0"), (0, "0.0"),
      (1, "100.0"),
      (0.7614, "76.1"), (2, "200.0"),
    ]
  )
  func percent(_ share: Double, _ wanted: String) {
    #expect(Figures.percent(share) == wanted)
  }

  @Test("writes what is no number as a dash")
  func noNumbers() {
    #expect(Figures.percent(nil) == "-")
    #expect(Figures.percent(.nan) == "-")
    #expect(Figures.fixed(.infinity) == "-")
    #expect(Figures.fixed(1e300) == "-")
    #expect(Figures.whole(.nan) == 0)
    #expect(Figures.evidence(.nan) == "-")
    #expect(Figures.evidence(.infinity) == ">9999")
  }

  @Test(
    "writes numbers with one decimal",
    arguments: [
      (-1.25, "-1.3"), (-0.01, "0.0"), (12.34, "12.3"), (99.95, "100.0"),
    ]
  )
  func fixed(_ value: Double, _ wanted: String) {
    #expect(Figures.fixed(value) == wanted)
  }

  @Test(
    "writes durations with the unit that fits",
    arguments: [
      (UInt64(0), "0.0 ms"), (400, "0.4 ms"), (9_949, "9.9 ms"), (9_950, "10 ms"),
      (38_400, "38 ms"),
      (999_499, "999 ms"), (999_500, "1.00 s"), (1_310_000, "1.31 s"), (59_994_999, "59.99 s"),
      (125_000_000, "2 min 5 s"), (7_260_000_000, "2 h 1 min"), (.max, "5124095576 h 1 min"),
    ]
  )
  func durations(_ microseconds: UInt64, _ wanted: String) {
    #expect(Figures.duration(microseconds: microseconds) == wanted)
  }

  @Test("writes rates, evidence and milliseconds")
  func others() {
    #expect(
      [0, 0.04, 4.25, 9.94, 9.96, 118.4].map(Figures.rate) == [
        "0", "0.0", "4.3", "9.9", "10", "118",
      ]
    )
    #expect(
      [0, 0.314, 9.996, 20, 153.24, 9999, 10_000].map(Figures.evidence)
        == ["0.00", "0.31", "10.00", "20.0", "153.2", "9999.0", ">9999"]
    )
    #expect(
      [0, 1249, 99_949, 99_950, 1_500_500].map { Figures.milliseconds(microseconds: $0) }
        == ["0.0", "1.2", "99.9", "100", "1501"]
    )
  }

  @Test(
    "tells the time at the operator's place",
    arguments: [
      (Int64(0), 0, "00:00:00.000"), (1_050_000, 0, "00:00:01.050"), (0, 7200, "02:00:00.000"),
      (0, -3600, "23:00:00.000"), (-1_000_000, 0, "23:59:59.000"),
      (86_399_999_999, 0, "23:59:59.999"),
      (86_399_000_000, 19_800, "05:29:59.000"),
    ]
  )
  func localTime(_ microseconds: Int64, _ offset: Int, _ wanted: String) {
    let time = LocalTime(Timestamp(microseconds: microseconds), utcOffsetSeconds: offset)
    #expect(time.clockWithMilliseconds == wanted)
    #expect(time.clock == String(wanted.prefix(8)))
  }
}
