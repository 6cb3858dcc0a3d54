import MeshModel
import XDSCore

/// What one ADS stream was sent and what it answered, by resource type.
struct ClientStream: Sendable {
  struct TypeState: Sendable {
    /// Names subscribed to; nil for all.
    var names: Int?
    var sent: UInt64?
    /// The newest push whose content is in force.
    var acked: UInt64?
    var isNacked = false
    /// When the unanswered response was sent.
    var pendingSince: MonotonicTime?
  }

  let id: StreamID
  private(set) var routes = RouteHistory()
  /// By the type's raw value; nil before the client subscribed to it.
  private(set) var types: [TypeState?] = Array(repeating: nil, count: ResourceType.allCases.count)

  init(id: StreamID) {
    self.id = id
  }

  subscript(type: ResourceType) -> TypeState? { types[type.rawValue] }

  var isNacked: Bool { types.contains { $0?.isNacked ?? false } }

  /// When the oldest unanswered response was sent; nil where all are answered.
  var pendingSince: MonotonicTime? { types.compactMap { $0?.pendingSince }.min() }

  /// Whether the client has the routes of this push or a newer one, and all else that it asked for.
  ///
  /// A dubbo-go provider never asks for routes; all others do, if not with their first requests.
  func hasInForce(_ push: UInt64, profile: NodeProfile?) -> Bool {
    let needsRoutes = profile != .dubbo || self[.listener] != nil
    if needsRoutes, self[.routeConfiguration] == nil { return false }
    return hasAllItAskedFor(push)
  }

  /// Whether the client has what it asked for, if anything, of this push or a newer one.
  func hasAllItAskedFor(_ push: UInt64) -> Bool {
    types.contains { $0 != nil } && types.allSatisfy { $0 == nil || ($0?.acked ?? 0) >= push }
  }

  /// The oldest and the newest push whose routes the client can have had at a time that is known to
  /// within `margin` nanoseconds; nil before it had any.
  func routesPushes(at time: MonotonicTime, margin: UInt64) -> PushRange? {
    guard let range = routes.pushes(at: time, margin: margin) else { return nil }
    guard let state = self[.routeConfiguration], let pending = state.pendingSince,
      let sent = state.sent, pending.nanoseconds <= time.nanoseconds &+ margin
    else { return range }
    // It may have taken them already.
    return range.lowerBound...max(range.upperBound, sent)
  }

  mutating func subscribe(_ type: ResourceType, names: Int?) {
    change(type) { $0.names = names }
  }

  mutating func send(_ type: ResourceType, push: UInt64, at time: MonotonicTime) {
    change(type) { state in
      state.sent = push
      state.isNacked = false
      if state.pendingSince == nil { state.pendingSince = time }
    }
  }

  mutating func ack(_ type: ResourceType, push: UInt64, at time: MonotonicTime) {
    if type == .routeConfiguration, push > self[type]?.acked ?? 0 {
      routes.add(push, sent: self[type]?.pendingSince ?? time, acked: time)
    }
    change(type) { state in
      state.acked = max(state.acked ?? 0, push)
      // An answer to an older response leaves the newer one open.
      guard push >= state.sent ?? 0 else { return }
      state.isNacked = false
      state.pendingSince = nil
    }
  }

  mutating func nack(_ type: ResourceType, push: UInt64) {
    change(type) { state in
      guard push >= state.sent ?? 0 else { return }
      state.isNacked = true
      state.pendingSince = nil
    }
  }

  private mutating func change(_ type: ResourceType, _ body: (inout TypeState) -> Void) {
    var state = types[type.rawValue] ?? TypeState()
    body(&state)
    types[type.rawValue] = state
  }
}
