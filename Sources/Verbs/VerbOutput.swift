package import MeshModel

/// Where a verb's data and messages go, and what time it is.
package struct VerbOutput: Sendable {
  private let onData: @Sendable (String) async throws -> Void
  private let onMessage: @Sendable (String) -> Void
  /// The wall clock.
  package let now: @Sendable () -> Timestamp

  /// - Parameters:
  ///   - onData: Takes one line of data, without its break.
  ///   - onMessage: Takes one line for people, without its break.
  ///   - now: The wall clock.
  package init(
    onData: @escaping @Sendable (String) async throws -> Void,
    onMessage: @escaping @Sendable (String) -> Void,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.onData = onData
    self.onMessage = onMessage
    self.now = now
  }

  /// Writes data: a line, or several.
  package func write(_ line: String) async throws {
    try await onData(line)
  }

  package func write(_ lines: [String]) async throws {
    for line in lines { try await onData(line) }
  }

  /// Says something to whoever sits there.
  func say(_ message: String) {
    onMessage(message)
  }
}
