import Console
import MeshModel
package import MeshPicture

/// `weir logs`: calls of the log.
package struct LogsVerb: Sendable {
  /// nil for all services.
  package var service: ServiceName?
  package var conditions: CallConditions
  /// How many of the calls that are there come first, at most.
  package var tail: Int
  package var follows: Bool
  /// Only calls that began so long ago at most; nil for all.
  package var since: Duration?
  package var isJSON: Bool

  package init(
    service: ServiceName? = nil,
    conditions: CallConditions = CallConditions(),
    tail: Int = 2_000,
    follows: Bool = false,
    since: Duration? = nil,
    isJSON: Bool = false
  ) {
    self.service = service
    self.conditions = conditions
    self.tail = tail
    self.follows = follows
    self.since = since
    self.isJSON = isJSON
  }

  /// - Throws: `EngineError`; `CancellationError` where it follows and is told to end.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    let request = CallsRequest(filter: conditions.filter, tail: tail, follows: follows)
    let earliest = since.map { output.now().microseconds - $0.microseconds }
    for try await batch in engine.calls(request) {
      if batch.dropped > 0 {
        output.say("\(batch.dropped) calls are left out, since more came than could be written")
      }
      for row in batch.rows where earliest.map({ row.record.time.microseconds >= $0 }) ?? true {
        if let service, !service.means(authority: row.record.authority) { continue }
        try await output.write(isJSON ? try encodedLine(row, output) : row.line)
      }
    }
    return .done
  }

  private func encodedLine(_ row: CallRow, _ output: VerbOutput) throws -> String {
    try JSONReport(revision: row.revision, time: row.record.time, body: CallReport(row)).text
  }
}

/// Which calls are wanted, as flags say it.
package struct CallConditions: Hashable, Sendable {
  /// The words of the console's filter.
  package let filter: String

  /// - Parameters:
  ///   - version: A part of the workload version.
  ///   - client: A part of the client's name.
  ///   - code: A gRPC status by number or name; with `!` before it any other.
  ///   - expression: Further words of the filter.
  /// - Throws: ``VerbError`` with status `usage`.
  package init(
    version: String? = nil,
    client: String? = nil,
    code: String? = nil,
    expression: String? = nil
  ) throws(VerbError) {
    var words: [String] = []
    if let version { words.append("ver:\(version)") }
    if let client { words.append("client:\(client)") }
    if let code { words.append(try CallConditions.word(code: code)) }
    for word in words where word.contains(" ") {
      throw VerbError(.usage, "\(word) has a blank; want one word")
    }
    if let expression { words.append(expression) }
    filter = words.joined(separator: " ")
  }

  package init() {
    filter = ""
  }

  private static func word(code: String) throws(VerbError) -> String {
    let isNegated = code.hasPrefix("!")
    let name = code.drop { $0 == "!" }.uppercased()
    guard let number = Int(name) ?? GRPCStatusName.all.firstIndex(of: name), number >= 0 else {
      throw VerbError(.usage, "--code is \(code); want a gRPC status such as 14, UNAVAILABLE or !0")
    }
    return "\(isNegated ? "!" : "")code:\(number)"
  }
}

/// The names of gRPC's status codes: each stands at its number.
enum GRPCStatusName {
  static let all = [
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
    "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
    "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
  ]

  static func name(of code: Int) -> String { all.indices.contains(code) ? all[code] : "\(code)" }
}

extension CallRow {
  /// A line for people and for `awk`: blanks between, `-` for what is unknown.
  fileprivate var line: String {
    let headers = record.headers.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    let fields = [
      UTCText.text(of: record.time), client, record.path, headers,
      rule.map { "rule \($0)" } ?? "rule -", subset, record.workloadVersion, record.endpoint,
      GRPCStatusName.name(of: record.statusCode),
      "\(Figures.milliseconds(microseconds: record.latencyMicroseconds)) ms",
      revision.map { "rev \($0)" } ?? "rev -",
    ]
    return fields.map { $0.isEmpty ? "-" : $0 }.joined(separator: "  ")
  }
}

extension Duration {
  /// Whole microseconds.
  var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}

/// A call in JSON.
private struct CallReport: Encodable {
  var client: String
  var nodeID: String
  var authority: String
  var path: String
  var headers: [String: String]
  var rule: Int?
  var route: String
  var subset: String
  var version: String
  var cluster: String
  var endpoint: String
  var code: Int
  var latencyMicroseconds: UInt64

  init(_ row: CallRow) {
    client = row.client
    nodeID = row.record.nodeID
    authority = row.record.authority
    path = row.record.path
    headers = Dictionary(row.record.headers.map { ($0.name, $0.value) }) { "\($0),\($1)" }
    rule = row.rule
    route = row.record.routeName
    subset = row.subset
    version = row.record.workloadVersion
    cluster = row.record.cluster
    endpoint = row.record.endpoint
    code = row.record.statusCode
    latencyMicroseconds = row.record.latencyMicroseconds
  }
}
