import GRPCCore
import TrafficEngine

/// How far the tries of one call have come, and what another one would send.
struct RetryProgress {
  /// nil for never.
  private var plan: RetryPlan?
  /// What was sent so far; nil where there will be no other try.
  private var replay: ReplayBuffer?
  /// Streams that the caller was given.
  private var tries = 0
  private var isToReopen = false

  /// Whether another try would send what is sent now.
  var keepsParts: Bool { replay != nil }

  /// Has what is sent kept from now on.
  mutating func allow(_ plan: RetryPlan) {
    self.plan = plan
    replay = ReplayBuffer()
  }

  mutating func sent(_ part: LazyStream.Part) {
    if replay?.append(part) == false { replay = nil }
  }

  mutating func ended(_ ending: LazyStreamState.Ending) {
    switch ending {
    case .finished: replay?.isFinished = true
    // The caller has given up.
    case .failed: replay = nil
    }
  }

  /// A try begins.
  mutating func begin() {
    tries += 1
  }

  /// There will be no other try.
  mutating func commit() {
    replay = nil
  }

  /// A try failed before its response began: what the next one sends; nil where it was the last.
  mutating func next(afterStatusCode code: Int) -> ReplayBuffer? {
    guard var next = replay, plan?.triesAgain(after: tries, statusCode: code) == true else {
      replay = nil
      return nil
    }
    next.notePreviousTries(tries)
    replay = ReplayBuffer()
    isToReopen = true
    return next
  }

  /// Whether another stream is to be opened; true once for each.
  mutating func takeReopening() -> Bool {
    defer { isToReopen = false }
    return isToReopen
  }
}
