package import MeshModel
package import MeshPicture

/// Where revisions are kept so that they survive the engine.
package protocol RevisionStore: Sendable {
  /// Makes a revision durable: when it returns, no crash of process or machine can lose it.
  ///
  /// To be called in the order of the numbers. It may block for a disk's write.
  func append(_ entry: StoredRevision) throws

  /// The newest revisions, oldest first.
  func newest(_ limit: Int) throws -> [StoredRevision]

  /// nil where there is none of that number.
  func revision(_ number: UInt64) throws -> Revision?

  /// Newest first.
  func history(before: UInt64?, limit: Int) throws -> [RevisionSummary]

  /// What files said when they were last taken over; nil where there were none.
  func sourceRules() throws -> MeshRules?

  func setSourceRules(_ rules: MeshRules) throws
}

/// A revision, and what undo needs to know of it.
package struct StoredRevision: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    /// A new undo step, which ends what could be redone.
    case edit
    /// A further edit of the undo step before it: a held key.
    case continuedEdit
    case undo
    case redo
  }

  package var revision: Revision
  package var kind: Kind

  package init(revision: Revision, kind: Kind) {
    self.revision = revision
    self.kind = kind
  }
}
