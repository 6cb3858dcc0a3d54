import ExternalMesh
import TestSupport

/// What an external mesh tells.
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

extension Recorder<Telling> {
  var observer: ExternalMesh.Observer {
    ExternalMesh.Observer(
      onChange: { self.record(.content($0)) },
      onError: { self.record(.error($0)) }
    )
  }

  /// Waits until the newest telling meets a condition; false where none does within the time.
  func newest(_ isMet: (Telling) -> Bool) async -> Bool {
    await waits { $0.last.map(isMet) ?? false }
  }
}
