import Logging
import Synchronization

/// Keeps what was told.
final class Told<Element: Sendable>: Sendable {
  private let elements = Mutex<[Element]>([])

  var all: [Element] { elements.withLock { $0 } }

  func add(_ element: Element) {
    elements.withLock { $0.append(element) }
  }
}

struct NotInTime: Error {
  let what: String
}

/// Waits until a closure finds something, ten seconds at most.
func found<Result>(_ what: String, _ find: () async throws -> Result?) async throws -> Result {
  let deadline = ContinuousClock.now + .seconds(10)
  while ContinuousClock.now < deadline {
    if let result = try await find() { return result }
    try await Task.sleep(for: .milliseconds(2))
  }
  throw NotInTime(what: what)
}

/// Waits until a condition holds, ten seconds at most.
func until(_ what: String, _ condition: () async throws -> Bool) async throws {
  let _: Bool = try await found(what) { try await condition() ? true : nil }
}

extension Logger {
  static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
