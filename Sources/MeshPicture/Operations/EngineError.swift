package import MeshModel

/// Why an engine did not do what it was asked to.
package struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: String, CaseIterable, Hashable, Sendable {
    /// The checks or the edit itself say no: see ``EngineError/findings``.
    case refused
    /// The book has a newer revision than the change was made upon: see ``EngineError/since``.
    case conflict
    /// What was named isn't there.
    case notFound
    /// The change could not be made durable, and was not made.
    case notStored
    /// There is no engine at the address, or it went away.
    case unreachable
    /// The caller may not.
    case denied
    /// The request makes no sense.
    case invalid
  }

  package var code: Code
  /// One sentence: what was found, what was wanted, and where.
  package var message: String
  /// What the checks found, where they refused it.
  package var findings: [Finding]
  /// The revisions since the one that the change was made upon, oldest first.
  package var since: [RevisionSummary]

  package init(
    _ code: Code,
    _ message: String,
    findings: [Finding] = [],
    since: [RevisionSummary] = []
  ) {
    self.code = code
    self.message = message
    self.findings = findings
    self.since = since
  }

  package var description: String { message }
}
