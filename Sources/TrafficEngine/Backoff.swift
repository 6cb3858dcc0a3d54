/// The waits between attempts: each longer than the last, and none quite like another client's.
package struct Backoff: Sendable {
  package let initial: Duration
  package let multiplier: Double
  package let maximum: Duration
  /// The share of a wait by which it is made shorter or longer at random, 0...1.
  package let jitter: Double
  private var base: Duration

  package init(initial: Duration, multiplier: Double = 1.6, maximum: Duration, jitter: Double = 0.2)
  {
    self.initial = initial
    self.multiplier = multiplier
    self.maximum = maximum
    self.jitter = jitter
    base = initial
  }

  /// The wait before the next attempt.
  package mutating func next(using dice: inout some RandomNumberGenerator) -> Duration {
    let wait = base * Double.random(in: (1 - jitter)...(1 + jitter), using: &dice)
    base = min(base * multiplier, maximum)
    return wait
  }

  /// Starts over: the last attempt was a success.
  package mutating func reset() {
    base = initial
  }
}
