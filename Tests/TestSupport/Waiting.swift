/// What a test waited for in vain.
package struct NotInTime: Error {
  package let what: String

  package init(what: String) {
    self.what = what
  }
}

/// Waits until a condition holds.
///
/// - Parameters:
///   - limit: How long to wait at most.
///   - interval: From one look to the next.
///   - condition: Asked once at least.
/// - Returns: False where it doesn't hold within the time, or the task is cancelled.
package func eventually(
  within limit: Duration = .seconds(10),
  every interval: Duration = .milliseconds(2),
  _ condition: () async throws -> Bool
) async rethrows -> Bool {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    guard ContinuousClock.now < deadline, (try? await Task.sleep(for: interval)) != nil
    else { return false }
  }
  return true
}

/// Waits until a condition holds.
///
/// - Throws: ``NotInTime`` where it doesn't within the time.
package func until(
  _ what: String,
  within limit: Duration = .seconds(10),
  _ condition: () async throws -> Bool
) async throws {
  guard try await eventually(within: limit, condition) else { throw NotInTime(what: what) }
}

/// Waits until a closure finds something.
///
/// - Throws: ``NotInTime`` where it doesn't within the time.
package func found<Result>(
  _ what: String,
  within limit: Duration = .seconds(10),
  _ find: () async throws -> Result?
) async throws -> Result {
  var result: Result?
  try await until(what, within: limit) {
    result = try await find()
    return result != nil
  }
  guard let result else { throw NotInTime(what: what) }
  return result
}
