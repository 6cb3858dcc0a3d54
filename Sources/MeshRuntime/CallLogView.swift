import MeshModel
import MeshPicture

/// Whoever watches the call log: a console with its own filter, or a reader of calls as they come.
package struct CallViewerID: Hashable, Sendable {
  let number: UInt64
}

/// The newest calls that pass one viewer's filter.
struct CallLogView: Sendable {
  let viewer: CallViewerID
  private(set) var filter: CallFilter
  /// Unused where the filter lets all through.
  private var passed = Ring<CallRow>(capacity: CallLog.capacity)
  /// Calls that passed since the filter was set, and those before that were still there.
  private(set) var matched: UInt64 = 0

  init(_ viewer: CallViewerID, _ filter: CallFilter, in log: Ring<CallRow>) {
    self.viewer = viewer
    self.filter = filter
    guard !filter.isEmpty else { return }
    for row in log.elements { add(row) }
  }

  mutating func add(_ row: CallRow) {
    guard !filter.isEmpty, filter.matches(row) else { return }
    matched += 1
    passed.append(row)
  }

  /// The newest that passed, oldest first.
  func newest(_ count: Int) -> [CallRow] { passed.newest(count) }
}

/// Calls that wait for one who reads them as they come.
struct CallLogReader: Sendable {
  let viewer: CallViewerID
  private let filter: CallFilter
  private var waiting: [CallRow]
  private var dropped: UInt64 = 0
  /// Resumes the reader, where it follows the log: it waits for nothing else.
  private let wake: AsyncStream<Void>.Continuation?

  /// Begins with the newest `tail` calls of the log that pass.
  init(
    _ viewer: CallViewerID,
    _ filter: CallFilter,
    tail: Int,
    in log: Ring<CallRow>,
    wake: AsyncStream<Void>.Continuation?
  ) {
    self.viewer = viewer
    self.filter = filter
    self.wake = wake
    waiting = Array(log.elements.filter(filter.matches).suffix(max(0, tail)))
  }

  mutating func add(_ row: CallRow) {
    guard let wake, filter.matches(row) else { return }
    if waiting.count >= 2 * CallLog.capacity {
      // Half at once, so that a reader that is too slow doesn't cost every call a move of all.
      waiting.removeFirst(CallLog.capacity)
      dropped += UInt64(CallLog.capacity)
    }
    waiting.append(row)
    if waiting.count == 1 { wake.yield() }
  }

  /// What waits, oldest first; nil where nothing does.
  mutating func take() -> CallsBatch? {
    guard !waiting.isEmpty else { return nil }
    defer {
      waiting = []
      dropped = 0
    }
    return CallsBatch(rows: waiting, dropped: dropped)
  }
}
