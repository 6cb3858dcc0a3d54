import MeshModel
package import MeshPicture

/// `weir history`: the newest revisions.
package struct HistoryVerb: Sendable {
  package var limit: Int
  package var isJSON: Bool

  package init(limit: Int = 20, isJSON: Bool = false) {
    self.limit = limit
    self.isJSON = isJSON
  }

  /// - Throws: `EngineError`.
  package func run(
    on engine: any EngineOperations,
    _ output: VerbOutput
  ) async throws -> VerbStatus {
    let revisions = try await engine.history(before: nil, limit: limit)
    if isJSON {
      let body = JSONItems(items: revisions.map(RevisionReport.init))
      let report = JSONReport(
        revision: revisions.first?.number,
        time: output.now(),
        body: body
      )
      try await output.write(try report.text)
    } else {
      try await output.write(TextTable.revisions(revisions).lines)
    }
    return .done
  }
}

/// A revision in JSON.
struct RevisionReport: Encodable {
  var revision: UInt64
  var time: String
  var author: String
  var cause: String
  var title: String

  init(_ summary: RevisionSummary) {
    revision = summary.number
    time = UTCText.text(of: summary.time)
    author = summary.author
    cause = summary.cause
    title = summary.title
  }
}

extension TextTable {
  static func revisions(_ revisions: [RevisionSummary]) -> TextTable {
    TextTable(
      ["REVISION", "TIME", "AUTHOR", "CAUSE", "CHANGE"],
      rows: revisions.map {
        ["\($0.number)", UTCText.text(of: $0.time), $0.author, $0.cause, $0.title]
      }
    )
  }
}
