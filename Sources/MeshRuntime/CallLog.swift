import MeshModel
import MeshPicture

/// The newest calls, and the newest that pass the filter.
struct CallLog: Sendable {
  static let capacity = 2_000
  private static let headerLimit = 16

  private(set) var filter = CallFilter()
  /// All calls ever, and those that ever passed this filter.
  private(set) var total: UInt64 = 0
  private var matched: UInt64 = 0
  private var dropped: UInt64 = 0
  private var all = Ring<CallRow>(capacity: capacity)
  /// What passed the filter; unused while there is none.
  private var passed = Ring<CallRow>(capacity: capacity)

  var picture: CallsPicture {
    CallsPicture(
      filter: filter.text,
      rows: filter.isEmpty ? all.elements : passed.elements,
      matched: filter.isEmpty ? total : matched,
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
    guard !filter.isEmpty, filter.matches(row) else { return }
    matched += 1
    passed.append(row)
  }

  mutating func addDropped(_ count: UInt64) {
    dropped += count
  }

  /// Looks through the calls that are still there with other words, and goes on with them.
  mutating func setFilter(_ words: String) {
    let filter = CallFilter(words)
    guard filter != self.filter else { return }
    self.filter = filter
    passed.removeAll()
    matched = 0
    guard !filter.isEmpty else { return }
    for row in all.elements where filter.matches(row) {
      passed.append(row)
      matched += 1
    }
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
