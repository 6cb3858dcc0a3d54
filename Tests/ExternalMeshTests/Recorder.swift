import ExternalMesh
import Logging
import Synchronization

/// Keeps what an external mesh tells, for a test to wait for and look at.
final class Recorder: Sendable {
  enum Telling: Sendable {
    case content(ExternalMeshContent)
    case error(ExternalMeshError)

    var content: ExternalMeshContent? {
      if case .content(let content) = self { content } else { nil }
    }

    var error: ExternalMeshError? {
      if case .error(let error) = self { error } else { nil }
    }
  }

  private let kept = Mutex<[Telling]>([])

  var tellings: [Telling] { kept.withLock { $0 } }

  var observer: ExternalMesh.Observer {
    ExternalMesh.Observer(
      onChange: { content in self.kept.withLock { $0.append(.content(content)) } },
      onError: { error in self.kept.withLock { $0.append(.error(error)) } }
    )
  }

  /// Waits until the newest telling meets a condition; false where none does within the time.
  func waits(
    within time: Duration = .seconds(20),
    until isMet: (Telling) -> Bool
  ) async -> Bool {
    await eventually(within: time) { self.tellings.last.map(isMet) ?? false }
  }
}

/// Waits until a condition holds; false where it doesn't within the time.
func eventually(within time: Duration = .seconds(20), _ isMet: () -> Bool) async -> Bool {
  let deadline = ContinuousClock.now + time
  while !isMet() {
    guard ContinuousClock.now < deadline else { return false }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return true
}

extension Logger {
  static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
