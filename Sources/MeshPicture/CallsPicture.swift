package import MeshModel

/// The newest calls, as far as the filter lets them through.
package struct CallsPicture: Hashable, Sendable {
  /// The words of the filter that made ``rows``, all of which must be found; empty for none.
  package var filter: String
  /// Oldest first.
  package var rows: [CallRow]
  /// Calls that ever passed the filter, and calls in all.
  package var matched: UInt64
  package var total: UInt64
  /// Calls that clients or the engine had to leave out of the log because there were too many.
  package var dropped: UInt64

  package init(
    filter: String = "",
    rows: [CallRow] = [],
    matched: UInt64 = 0,
    total: UInt64 = 0,
    dropped: UInt64 = 0
  ) {
    self.filter = filter
    self.rows = rows
    self.matched = matched
    self.total = total
    self.dropped = dropped
  }
}

/// One line of the call log: a record and what the engine knows about it.
package struct CallRow: Hashable, Sendable {
  /// Counts up by one a call, so that a row keeps its place while others come.
  package var sequence: UInt64
  package var record: CallRecord
  /// The client's short name.
  package var client: String
  /// The rule that decided, from 1, as numbered in ``revision``; nil where unknown.
  package var rule: Int?
  package var subset: String
  /// The revision whose rules decided; nil where unknown.
  package var revision: UInt64?

  package init(
    sequence: UInt64,
    record: CallRecord,
    client: String,
    rule: Int? = nil,
    subset: String = "",
    revision: UInt64? = nil
  ) {
    self.sequence = sequence
    self.record = record
    self.client = client
    self.rule = rule
    self.subset = subset
    self.revision = revision
  }
}
