import MeshModel

extension ExplainRequest {
  /// The call of a row of the log, asked about again as its client made it, under the rules that
  /// decided it.
  ///
  /// A log tells only of headers that rules match on; others can't have mattered.
  package init(_ row: CallRow) {
    self.init(
      authority: row.record.authority,
      path: row.record.path.isEmpty ? "/" : row.record.path,
      headers: row.record.headers,
      client: row.record.nodeID.isEmpty ? nil : row.record.nodeID,
      revision: row.revision
    )
  }
}

extension CallExplanation {
  /// Whether a call of the log did what this says: one sentence.
  package func judgement(of row: CallRow) -> String {
    let record = row.record
    let what = record.cluster.isEmpty ? "no cluster" : record.cluster
    guard row.revision == revision else {
      let decided = row.revision.map { "revision \($0)" } ?? "rules that nobody knows"
      return "the call went to \(what) under \(decided); this is revision \(revision)"
    }
    if let routeName, !record.routeName.isEmpty, routeName != record.routeName {
      return "the call took route \(record.routeName) of the same revision, not this one: "
        + "it had headers that its log doesn't tell"
    }
    guard !record.cluster.isEmpty, !shares.contains(where: { $0.cluster == record.cluster }) else {
      return "the call did so: it went to \(what)"
    }
    return "the call went to \(what), which is none of these"
  }
}
