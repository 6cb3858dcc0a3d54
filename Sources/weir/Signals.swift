import UnixSignals

/// How a piece of work ended that signals may interrupt.
enum Ending: Equatable, Sendable {
  case finished
  case signalled(UnixSignal)
}

/// Runs the body until it returns or one of the signals comes, which cancels it.
func untilSignalled(
  _ signals: [UnixSignal] = [.sigint, .sigterm, .sighup],
  _ body: @escaping @Sendable () async throws -> Void
) async throws -> Ending {
  try await untilSignalled(by: UnixSignalsSequence(trapping: signals), body)
}

/// Runs the body until it returns or one of the signals comes that are trapped already.
func untilSignalled(
  by arrivals: UnixSignalsSequence,
  _ body: @escaping @Sendable () async throws -> Void
) async throws -> Ending {
  try await withThrowingTaskGroup(of: Ending?.self) { group in
    group.addTask {
      for await signal in arrivals { return .signalled(signal) }
      return nil
    }
    group.addTask {
      try await body()
      return .finished
    }
    defer { group.cancelAll() }
    while let ending = try await group.next() {
      if let ending { return ending }
    }
    return .finished
  }
}

/// Sleeps until the task is cancelled.
func sleepForever() async {
  while (try? await Task.sleep(for: .seconds(3600))) != nil {}
}
