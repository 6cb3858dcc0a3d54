/// How many lines a child may have in the log: so many a second, the rest is counted.
struct LineBudget: Sendable {
  let linesPerSecond: Int
  private var second: ContinuousClock.Instant
  private var spent = 0
  private var leftOut = 0

  init(linesPerSecond: Int, at now: ContinuousClock.Instant) {
    self.linesPerSecond = linesPerSecond
    second = now
  }

  /// What may be logged of some lines, with a line that tells how many were left out before.
  mutating func admit(_ lines: [String], at now: ContinuousClock.Instant) -> [String] {
    var admitted: [String] = []
    if now - second >= .seconds(1) {
      if leftOut > 0 { admitted.append("(\(leftOut) lines left out)") }
      second = now
      spent = 0
      leftOut = 0
    }
    let share = lines.prefix(max(0, linesPerSecond - spent))
    spent += share.count
    leftOut += lines.count - share.count
    return admitted + share
  }
}
