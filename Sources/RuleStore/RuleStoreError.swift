/// Why a store can't be used, or did not take a revision.
package struct RuleStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, CaseIterable, Hashable, Sendable {
    /// Another engine uses it.
    case locked
    /// A newer Weir wrote it.
    case newer
    /// It is no store, or not as it was written.
    case damaged
    /// A stored object can't be read any more.
    case objectUnreadable
    /// The disk has no room left.
    case full
    /// A file or a directory can't be made, opened, read or written.
    case unusable
  }

  package var code: Code
  /// One sentence: what was found, what was wanted, and where.
  package var message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  package var description: String { message }
}
