package import MeshModel

/// What one line of a client's log tells of a call, as the walkthrough's client and dubbo-go write it.
/// ```
/// 2022-04-07T05:06:40.384Z  INFO  cmd/app.go:29  call server response = name:"Hello laurence" id:"v2.0.0"
/// 2022-04-07T05:06:41.385Z  ERROR cmd/app.go:29  call server error = rpc error: code = Unavailable desc = …
/// ```
/// Columns are apart by tabs or blanks, levels may be in colour, and Go's text format of a response
/// puts one or two blanks between fields, by chance.
package struct CallLogLine: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    /// An answer, and the workload version that it names: its `id`, empty where it has none.
    case answered(workloadVersion: String)
    /// No answer; the gRPC status code, 2 (UNKNOWN) where the text has none.
    case failed(statusCode: Int)
  }

  /// What a line may be.
  package enum Kind: Hashable, Sendable {
    case call(CallLogLine)
    /// A line about something else, or an empty one.
    case other
    /// It is about a call, but can't be read.
    case unreadable
  }

  /// When the line was written, by its own words; nil where it tells no time with a zone.
  package var time: Timestamp?
  package var outcome: Outcome

  package init(time: Timestamp?, outcome: Outcome) {
    self.time = time
    self.outcome = outcome
  }

  /// Reads a line, which is without its newline.
  ///
  /// Costs are O(n). Bytes that are not UTF-8 are as good as others, outside of the version.
  package static func kind(of line: ArraySlice<UInt8>) -> Kind {
    // Most lines of a busy log are no calls, so the marker is looked for before all else.
    guard line.contains(0x1B) else { return kind(ofPlain: line) }
    return kind(ofPlain: withoutEscapes(line)[...])
  }

  private static func kind(ofPlain line: ArraySlice<UInt8>) -> Kind {
    var scanner = LineScanner(line)
    guard scanner.skip(past: marker) else { return .other }
    if scanner.take(response), scanner.takeEquals() {
      guard let version = GoTextFields.workloadVersion(&scanner) else { return .unreadable }
      return .call(CallLogLine(time: time(of: line), outcome: .answered(workloadVersion: version)))
    }
    if scanner.take(error), scanner.takeEquals() {
      let code = GoErrorText.statusCode(&scanner)
      return .call(CallLogLine(time: time(of: line), outcome: .failed(statusCode: code)))
    }
    return .other
  }

  private static func time(of line: ArraySlice<UInt8>) -> Timestamp? {
    var scanner = LineScanner(line)
    scanner.skipBlanks()
    return LogTime.read(&scanner)
  }

  private static let marker = Array("call server ".utf8)
  private static let response = Array("response".utf8)
  private static let error = Array("error".utf8)

  /// The line without terminal escapes (`ESC [ … letter`) and lone ESC bytes.
  private static func withoutEscapes(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(line.count)
    var index = line.startIndex
    while index < line.endIndex {
      guard line[index] == 0x1B else {
        result.append(line[index])
        index += 1
        continue
      }
      index += 1
      guard index < line.endIndex, line[index] == UInt8(ascii: "[") else { continue }
      index += 1
      // Parameters and intermediates are from 0x20 to 0x3F, the last byte is above.
      while index < line.endIndex, (0x20...0x3F).contains(line[index]) { index += 1 }
      if index < line.endIndex, (0x40...0x7E).contains(line[index]) { index += 1 }
    }
    return result
  }
}
