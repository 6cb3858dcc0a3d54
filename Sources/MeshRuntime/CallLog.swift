import MeshModel
import MeshPicture

/// The newest calls, and who watches them.
struct CallLog: Sendable {
  static let capacity = 2_000
  private static let headerLimit = 16
  /// Every call is looked at once for each of them.
  private static let viewerLimit = 256

  /// All calls ever.
  private(set) var total: UInt64 = 0
  private var dropped: UInt64 = 0
  private var all = Ring<CallRow>(capacity: capacity)
  private var views: [CallLogView] = []
  private var readers: [CallLogReader] = []
  private var lastViewer: UInt64 = 0

  /// The newest `limit` calls that a viewer's filter lets through; all for nil, and for one that is
  /// gone.
  func picture(for viewer: CallViewerID?, limit: Int) -> CallsPicture {
    let view = viewer.flatMap { viewer in views.first { $0.viewer == viewer } }
    let filtered = view.flatMap { $0.filter.isEmpty ? nil : $0 }
    return CallsPicture(
      filter: view?.filter.text ?? "",
      rows: filtered?.newest(limit) ?? all.newest(limit),
      matched: filtered?.matched ?? total,
      total: total,
      dropped: dropped
    )
  }

  /// Adds a call; the row gets its number and has its texts made printable and short.
  mutating func add(_ row: CallRow) {
    var row = row
    total += 1
    row.sequence = total
    CallLog.clean(&row.record)
    all.append(row)
    for index in views.indices { views[index].add(row) }
    for index in readers.indices { readers[index].add(row) }
  }

  mutating func addDropped(_ count: UInt64) {
    dropped += count
  }

  // MARK: Viewers

  /// Lets a new viewer see all calls; nil where there are too many.
  mutating func openView() -> CallViewerID? {
    guard let viewer = newViewer() else { return nil }
    views.append(CallLogView(viewer, CallFilter(), in: all))
    return viewer
  }

  /// Looks through the calls that are still there with other words, and goes on with them.
  mutating func setFilter(_ words: String, of viewer: CallViewerID) {
    let filter = CallFilter(words)
    guard let index = views.firstIndex(where: { $0.viewer == viewer }),
      views[index].filter != filter
    else { return }
    views[index] = CallLogView(viewer, filter, in: all)
  }

  /// Lets somebody read calls as they come; nil where there are too many.
  mutating func openReader(
    _ request: CallsRequest,
    wake: AsyncStream<Void>.Continuation
  ) -> CallViewerID? {
    guard let viewer = newViewer() else { return nil }
    let reader = CallLogReader(
      viewer,
      CallFilter(request.filter),
      tail: request.tail,
      in: all,
      wake: request.follows ? wake : nil
    )
    readers.append(reader)
    return viewer
  }

  /// The calls that wait for a reader; nil where none do.
  mutating func take(for viewer: CallViewerID) -> CallsBatch? {
    guard let index = readers.firstIndex(where: { $0.viewer == viewer }) else { return nil }
    return readers[index].take()
  }

  mutating func close(_ viewer: CallViewerID) {
    views.removeAll { $0.viewer == viewer }
    readers.removeAll { $0.viewer == viewer }
  }

  private mutating func newViewer() -> CallViewerID? {
    guard views.count + readers.count < CallLog.viewerLimit else { return nil }
    lastViewer += 1
    return CallViewerID(number: lastViewer)
  }

  private static func clean(_ record: inout CallRecord) {
    record.nodeID.makePrintable(limit: TextLimit.identifier)
    record.authority.makePrintable(limit: TextLimit.identifier)
    record.path.makePrintable(limit: TextLimit.identifier)
    record.routeName.makePrintable(limit: TextLimit.identifier)
    record.configVersion.makePrintable(limit: TextLimit.name)
    record.cluster.makePrintable(limit: TextLimit.identifier)
    record.endpoint.makePrintable(limit: TextLimit.name)
    record.workloadVersion.makePrintable(limit: TextLimit.name)
    if record.headers.count > headerLimit {
      record.headers.removeLast(record.headers.count - headerLimit)
    }
    // A list of its own only where one of them has to change.
    let isClean = record.headers.allSatisfy {
      $0.name.isPrintableASCII(limit: TextLimit.headerName)
        && $0.value.isPrintableASCII(limit: TextLimit.headerValue)
    }
    guard !isClean else { return }
    for index in record.headers.indices {
      record.headers[index].name.makePrintable(limit: TextLimit.headerName)
      record.headers[index].value.makePrintable(limit: TextLimit.headerValue)
    }
  }
}
