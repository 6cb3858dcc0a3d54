/// How a stream speaks of what a client lacks.
struct SendingRules: Sendable {
  let isDelta: Bool
  /// Whether the client's routes are the newest; of use to endpoints only.
  let areRoutesInForce: Bool
  /// Whether every name must be answered, since the client accepts clusters only after that.
  let answersAll: Bool
  /// Whether a name that the mesh doesn't have is told as removed rather than as empty.
  let tellsRemovals: Bool
}

/// What a response tells.
struct SentContent: Sendable {
  /// Whether a wildcard gets all there is.
  var isAll = false
  /// The names whose content goes into a delta response.
  var names: [String] = []
  /// The names that a delta response says are gone.
  var removed: [String] = []
  /// The names of which a SotW response says nothing.
  var omitted: Set<String> = []
  /// Endpoints that the mesh no longer has, in their last form.
  var extra: [SnapshotStorage.Entry] = []
  /// Departed clusters that a SotW response still has.
  var kept: [HeldContent.Kept] = []
  /// Whether it brings names that the client didn't have.
  var isIntroducing = false
}

extension ResourceType {
  /// Whether a client may go on with a resource that the mesh no longer has until its routes have
  /// moved away.
  var outlivesRemoval: Bool {
    switch self {
    case .cluster, .endpoints: true
    case .listener, .routeConfiguration: false
    }
  }
}
