internal import Synchronization

/// Keeps what it is told, for a test to wait for and look at.
package final class Recorder<Element: Sendable>: Sendable {
  private let elements = Mutex<[Element]>([])

  package init() {}

  package var all: [Element] { elements.withLock { $0 } }

  package func record(_ element: Element) {
    elements.withLock { $0.append(element) }
  }

  /// Waits until all that was told meets a condition; false where it doesn't within the time.
  package func waits(
    within limit: Duration = .seconds(20),
    until isMet: ([Element]) -> Bool
  ) async -> Bool {
    await eventually(within: limit) { isMet(all) }
  }
}
