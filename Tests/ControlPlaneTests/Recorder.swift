import Synchronization

/// Keeps what was told, and waits until it shows something.
final class Recorder<Element: Sendable>: Sendable {
  struct TimedOut: Error {
    let told: [Element]
  }

  private let elements = Mutex<[Element]>([])

  var all: [Element] { elements.withLock { $0 } }

  func record(_ element: Element) {
    elements.withLock { $0.append(element) }
  }

  /// Waits until `find` finds something among all that was told.
  @discardableResult
  func first<Found: Sendable>(
    within timeout: Duration = .seconds(10),
    _ find: @Sendable ([Element]) -> Found?
  ) async throws -> Found {
    let deadline = ContinuousClock.now + timeout
    while ContinuousClock.now < deadline {
      if let found = find(all) { return found }
      try await Task.sleep(for: .milliseconds(2))
    }
    if let found = find(all) { return found }
    throw TimedOut(told: all)
  }

  /// Waits until `count` elements were told, and returns the last of these.
  @discardableResult
  func element(_ count: Int) async throws -> Element {
    try await first { $0.count >= count ? $0[count - 1] : nil }
  }
}

/// Waits until a condition holds.
func eventually(
  within timeout: Duration = .seconds(10),
  _ condition: () async throws -> Bool
) async throws -> Bool {
  let deadline = ContinuousClock.now + timeout
  while ContinuousClock.now < deadline {
    if try await condition() { return true }
    try await Task.sleep(for: .milliseconds(2))
  }
  return try await condition()
}
