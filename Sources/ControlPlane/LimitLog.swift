internal import HTTP2Transport
internal import MeshModel
internal import Synchronization
internal import XDSCore

/// Tells the operator of limits that clients hit: of each at most once in some seconds, since one
/// client can hit them thousands of times.
final class LimitLog: Sendable {
  /// A limit that has a flag, or a rule that refuses clients.
  enum Limit: Hashable, Sendable {
    case streams, names, identity
    case transport(TransportNotice.Kind)
  }

  private struct Entry {
    var toldAt: MonotonicTime
    var untold: UInt64 = 0
  }

  static let interval = Duration.seconds(5)

  private let clock: @Sendable () -> MonotonicTime
  private let onNotice: @Sendable (ControlPlane.Notice) -> Void
  private let entries = Mutex<[Limit: Entry]>([:])

  init(
    clock: @escaping @Sendable () -> MonotonicTime,
    onNotice: @escaping @Sendable (ControlPlane.Notice) -> Void
  ) {
    self.clock = clock
    self.onNotice = onNotice
  }

  /// Notes that a limit was hit; tells it unless it was told lately.
  ///
  /// - Parameters:
  ///   - limit: Which.
  ///   - source: By whom: a node ID, or the client's address.
  ///   - text: What was found, what is allowed, and which flag says so; made only if it is told.
  func note(_ limit: Limit, by source: String, _ text: @autoclosure () -> String) {
    let now = clock()
    let untold: UInt64? = entries.withLock { entries in
      if let entry = entries[limit],
        now.nanoseconds(since: entry.toldAt) < Self.interval.nanoseconds
      {
        entries[limit]?.untold += 1
        return nil
      }
      let untold = entries[limit]?.untold ?? 0
      entries[limit] = Entry(toldAt: now)
      return untold
    }
    guard let untold else { return }
    let more = untold == 0 ? "" : "; \(untold) more times since it was told last"
    onNotice(ControlPlane.Notice(source: source, text: text() + more))
  }

  /// Notes a stream's end, where it is one that a limit asked for.
  func note(_ end: StreamEnd, by source: String) {
    switch end {
    case .tooManyStreams(let limit):
      note(
        .streams,
        by: source,
        "a discovery stream too many was refused: \(limit) are open; --max-streams allows \(limit)"
      )
    case .tooManyNames(let count, let limit):
      note(
        .names,
        by: source,
        "a subscription to \(count) names was refused; --max-names allows \(limit)"
      )
    case .notAllowed:
      note(.identity, by: source, "refused: \(end.reason); see --tls-identity")
    case .closedByClient, .lost, .protocolViolation, .unencodable, .nothingPublished, .draining,
      .stopping:
      break
    }
  }
}
