package import MeshModel
package import MeshPicture

/// Where revisions are kept so that they survive the engine.
///
/// Every function may be called from any thread, may block for a disk, and throws what its
/// description tells people.
package protocol RevisionStore: Sendable {
  /// How many revisions are kept; the oldest give way.
  var limit: Int { get }

  /// Makes a revision durable: when it returns, no crash of process or machine can lose it.
  ///
  /// To be called in the order of the numbers, without a gap. Where it throws, nothing of it is
  /// stored.
  func append(_ entry: StoredRevision) throws

  /// nil where nothing was stored yet.
  func newest() throws -> Revision?

  /// How the newest revisions came to be, oldest first.
  func steps(limit: Int) throws -> [StoredRevision.Step]

  /// nil where there is none of that number, or no longer.
  func revision(_ number: UInt64) throws -> Revision?

  /// Those before a number, or all, newest first.
  func history(before: UInt64?, limit: Int) throws -> [RevisionSummary]

  /// What the rules' source, such as files, said when it was last taken over; nil where none was.
  func sourceRules() throws -> MeshRules?

  /// Notes what the source says where that makes no revision.
  func setSourceRules(_ rules: MeshRules) throws
}

/// A revision, and what undo needs to know of it.
package struct StoredRevision: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Hashable, Sendable {
    /// A new undo step, which ends what could be redone.
    case edit
    /// A further edit of the undo step before it: a held key.
    case continuedEdit
    /// A further edit of the undo step before it, after which nothing of it is left to undo.
    case revertedEdit
    case undo
    case redo
  }

  /// A revision's part in undo and redo.
  package struct Step: Hashable, Sendable {
    package var number: UInt64
    package var kind: Kind
    /// What the edit is called that the revision makes, continues, undoes or redoes.
    package var title: String

    package init(number: UInt64, kind: Kind, title: String) {
      self.number = number
      self.kind = kind
      self.title = title
    }
  }

  package var revision: Revision
  package var kind: Kind
  /// See ``Step/title``.
  package var stepTitle: String
  /// What the rules' source says, where the revision takes it over; nil where that is as before.
  package var sourceRules: MeshRules?

  package init(
    revision: Revision,
    kind: Kind,
    stepTitle: String,
    sourceRules: MeshRules? = nil
  ) {
    self.revision = revision
    self.kind = kind
    self.stepTitle = stepTitle
    self.sourceRules = sourceRules
  }

  package var step: Step { Step(number: revision.number, kind: kind, title: stepTitle) }
}
