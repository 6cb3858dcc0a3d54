import Synchronization

/// Keeps what it is told, for a test to wait for and look at.
final class Recorder<Value: Sendable>: Sendable {
  private let kept = Mutex<[Value]>([])

  var values: [Value] { kept.withLock { $0 } }

  func append(_ value: Value) {
    kept.withLock { $0.append(value) }
  }

  /// Waits until the values meet a condition; false where they don't within the time.
  func waits(
    within time: Duration = .seconds(20),
    until isMet: ([Value]) -> Bool
  ) async -> Bool {
    let deadline = ContinuousClock.now + time
    while !isMet(values) {
      guard ContinuousClock.now < deadline else { return false }
      try? await Task.sleep(for: .milliseconds(5))
    }
    return true
  }
}
