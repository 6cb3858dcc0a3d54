/// Keeps drawing to at most so many times a second, without delaying what comes after a pause.
struct DrawPacer: Sendable {
  let interval: Duration
  private var last: ContinuousClock.Instant?

  init(interval: Duration) {
    self.interval = interval
  }

  /// How long to wait before the next draw; zero or less for not at all.
  func delay(at now: ContinuousClock.Instant) -> Duration {
    guard let last else { return .zero }
    return interval - (now - last)
  }

  mutating func drew(at now: ContinuousClock.Instant) {
    last = now
  }
}
