internal import MeshModel

/// What was read last, what is in force, and what was told.
struct ExternalMeshState: Sendable {
  /// What the observer is to be told.
  enum Telling: Sendable {
    case nothing
    case content(ExternalMeshContent)
    case error(ExternalMeshError)
  }

  /// The newest content without an error, before checks.
  private var content: ExternalMeshContent?
  /// What is wrong with the newest reading.
  private var error: ExternalMeshError?
  private var toldContent: ExternalMeshContent?
  private var toldError: ExternalMeshError?

  init(told: ExternalMeshContent?) {
    content = told
    toldContent = told
  }

  /// What is in force, before checks.
  var inventory: MeshInventory { content?.inventory ?? MeshInventory() }

  mutating func read(_ reading: Result<ExternalMeshContent, ExternalMeshError>) {
    switch reading {
    case .success(let content):
      self.content = content
      error = nil
    case .failure(let error):
      self.error = error
    }
  }

  /// What is to be told now; counts as told.
  mutating func next(unhealthy: Set<HealthTarget>) -> Telling {
    if let error, error != toldError {
      toldError = error
      return .error(error)
    }
    guard var content else { return .nothing }
    content.inventory = content.inventory.marking(unhealthy: unhealthy)
    let isMended = error == nil && toldError != nil
    guard isMended || content != toldContent else { return .nothing }
    if error == nil { toldError = nil }
    toldContent = content
    return .content(content)
  }
}
