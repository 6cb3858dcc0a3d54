import MeshModel

/// From one push to a later one, both included.
typealias PushRange = ClosedRange<UInt64>

/// Which routes a stream's client had in force when, of the last few changes.
///
/// Calls that don't say by which routes they were decided are told of when the client may have
/// others already.
struct RouteHistory: Sendable {
  private struct Change: Sendable {
    let push: UInt64
    let sent: MonotonicTime
    let acked: MonotonicTime
  }

  private static let limit = 16

  private var changes: [Change] = []

  mutating func add(_ push: UInt64, sent: MonotonicTime, acked: MonotonicTime) {
    changes.append(Change(push: push, sent: min(sent, acked), acked: acked))
    if changes.count > RouteHistory.limit { changes.removeFirst() }
  }

  /// The oldest and the newest push whose routes can have been in force at a time that is known to
  /// within `margin` nanoseconds; nil for a time before the first that is known.
  func pushes(at time: MonotonicTime, margin: UInt64) -> PushRange? {
    let late = time.nanoseconds &+ margin
    let early = time.nanoseconds - min(margin, time.nanoseconds)
    guard let newest = changes.last(where: { $0.sent.nanoseconds <= late }),
      let oldest = changes.last(where: { $0.acked.nanoseconds <= early })
    else { return nil }
    return min(oldest.push, newest.push)...newest.push
  }
}
