package import MeshPicture

/// Who changes the rules, and upon which revision.
package struct ChangeTicket: Hashable, Sendable {
  /// The Unix user, or who they say they are.
  package var author: String
  /// The verb as it was typed, such as `apply -f greeter.yaml`.
  package var cause: String
  /// The revision that it must be upon; nil for any.
  package var expected: UInt64?

  package init(author: String, cause: String, expected: UInt64? = nil) {
    self.author = author
    self.cause = cause
    self.expected = expected
  }

  func change(_ action: RuleChange.Action) -> RuleChange {
    RuleChange(action, expected: expected, author: author, cause: cause)
  }
}

extension ChangeReceipt {
  /// A line an object, as kubectl writes them, with the revision.
  func lines(isTrial: Bool) -> [String] {
    let suffix = isTrial ? "(dry run)" : "(revision \(revision))"
    return effects.map { "\($0.key.resource) \($0.effect.rawValue) \(suffix)" }
  }

  /// The title with its revision, for changes that name no object.
  var line: String {
    isNew ? "revision \(revision): \(title)" : "nothing changed (revision \(revision))"
  }
}

extension EngineError {
  /// What went wrong, and what others did meanwhile.
  var lines: [String] {
    [message] + since.map { "  \($0.line)" }
  }

  /// The exit code that it comes to.
  package var status: VerbStatus {
    switch code {
    case .refused: .inputInvalid
    case .conflict, .notFound: .conditionFalse
    case .notStored, .unreachable, .denied, .invalid: .failed
    }
  }

  /// The error as one that a verb ends by, with all its lines.
  package var verbError: VerbError {
    let findings = findings.flatMap { PlacedFinding($0, in: []).lines }
    return VerbError(status, (lines + findings).joined(separator: "\n"))
  }
}

extension RevisionSummary {
  /// `revision 43 by jane (set-weight): rule 2: v2 10 -> 25`.
  var line: String {
    "revision \(number) by \(author)\(cause.isEmpty ? "" : " (\(cause))"): \(title)"
  }
}
