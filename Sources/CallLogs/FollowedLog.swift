/// A client's log that is to be followed.
package struct FollowedLog: Hashable, Sendable {
  /// Where to begin with a file that is there already.
  package enum Start: String, Hashable, Sendable {
    /// With what is written from now on.
    case end
    /// With its first line.
    case beginning = "start"
  }

  /// The node ID of the client that writes it.
  package var nodeID: String
  /// A file, which need not be there yet, or a FIFO.
  package var path: String
  package var start: Start

  package init(nodeID: String, path: String, start: Start = .end) {
    self.nodeID = nodeID
    self.path = path
    self.start = start
  }

  /// Reads `NODE=FILE`, `NODE=FILE@start` or `NODE=FILE@end`; without either it begins at the end.
  ///
  /// - Throws: ``CallLogError`` with code `malformed`.
  package init(parsing text: String) throws(CallLogError) {
    let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    var path = sides.count == 2 ? sides[1] : ""
    var start = Start.end
    for candidate in [Start.beginning, .end] where path.hasSuffix("@\(candidate.rawValue)") {
      path = path.dropLast(candidate.rawValue.count + 1)
      start = candidate
      break
    }
    guard let node = sides.first, !node.isEmpty, !path.isEmpty else {
      throw CallLogError(
        code: .malformed,
        message: "--follow-log is \(text); want NODE=FILE or NODE=FILE@start, where NODE is the "
          + "client's node ID"
      )
    }
    self.init(nodeID: String(node), path: String(path), start: start)
  }
}
