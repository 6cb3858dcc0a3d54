/// The waits between attempts: each longer than the last, and none quite like another client's.
struct Backoff: Sendable {
  let initial: Duration
  let multiplier: Double
  let maximum: Duration
  /// The share of a wait by which it is made shorter or longer at random, 0...1.
  let jitter: Double
  private var base: Duration

  init(initial: Duration, multiplier: Double = 1.6, maximum: Duration, jitter: Double = 0.2) {
    self.initial = initial
    self.multiplier = multiplier
    self.maximum = maximum
    self.jitter = jitter
    base = initial
  }

  /// The wait before the next attempt.
  mutating func next(using dice: inout some RandomNumberGenerator) -> Duration {
    let wait = base * Double.random(in: (1 - jitter)...(1 + jitter), using: &dice)
    base = min(base * multiplier, maximum)
    return wait
  }

  /// Starts over: the last attempt was a success.
  mutating func reset() {
    base = initial
  }
}

extension Backoff {
  /// Between ADS streams, or access log streams.
  ///
  /// gRPC's own waits reach 120 s; an operator who restarted the control plane sits and watches, so
  /// these end at 5 s.
  static let xdsStream = Backoff(initial: .milliseconds(500), maximum: .seconds(5))
}
