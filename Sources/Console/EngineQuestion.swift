package import MeshModel
package import MeshPicture

/// Something that the console wants to know of the engine, beyond its pictures.
package enum EngineQuestion: Hashable, Sendable {
  /// What becomes of a call.
  case explain(ExplainRequest)
  /// What the checks would say of an edit.
  case check(RuleEdit)
  /// The newest revisions, newest first, at most so many.
  case history(limit: Int)
  /// The objects that are about a host, as YAML.
  case objects(of: HostName)
  /// What a revision changed, as a difference of YAML.
  case difference(revision: UInt64)
}

/// What the engine says to a question.
package enum EngineAnswer: Hashable, Sendable {
  case explanation(CallExplanation)
  /// Errors first.
  case findings([Finding])
  case history([RevisionSummary])
  /// Lines of text; those of a difference begin with `+`, `-` or a blank.
  case text([String])
  /// Why there is no answer, in a sentence.
  case failed(String)
}
