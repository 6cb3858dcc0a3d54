/// Something that happened to a log that is followed.
package struct CallLogEvent: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    /// It is there and being read.
    case following
    /// It isn't there, or not yet; it is looked for until it is.
    case missing
    /// It was there and is no more: removed, or moved away.
    case gone
    /// Another file took its place, and is read from its beginning; so is the rest of the old one.
    case rotated
    /// It was emptied, and is read from its beginning.
    case truncated
    /// It is there but can't be read.
    case unreadable(reason: String)
    /// Lines that tell of calls in a way that can't be read, so many since the start.
    case badLines(UInt64)
  }

  package var log: FollowedLog
  package var kind: Kind

  package init(log: FollowedLog, kind: Kind) {
    self.log = log
    self.kind = kind
  }

  /// Whether calls may be missing for it.
  package var isWarning: Bool {
    switch kind {
    case .following, .rotated, .truncated: false
    case .missing, .gone, .unreadable, .badLines: true
    }
  }

  /// A sentence for the operator.
  package var text: String {
    switch kind {
    case .following: "following \(log.path)"
    case .missing: "\(log.path) is not there yet; its calls count once it is"
    case .gone: "\(log.path) is gone; waiting for a new one"
    case .rotated: "\(log.path) was replaced; following the new one"
    case .truncated: "\(log.path) was emptied; following it from its beginning"
    case .unreadable(let reason): "\(log.path) can't be read: \(reason)"
    case .badLines(1): "a line of \(log.path) tells of a call, but can't be read"
    case .badLines(let count): "\(count) lines of \(log.path) tell of calls, but can't be read"
    }
  }
}
