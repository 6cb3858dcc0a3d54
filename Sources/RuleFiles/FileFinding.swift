package import MeshModel

/// Something that is to be said of a file, and where.
package struct FileFinding: Hashable, Sendable, CustomStringConvertible {
  /// The kind of finding; its ``text`` is stable, so that scripts and tests can rely on it.
  package enum Code: Hashable, Sendable {
    /// The file can't be opened or read.
    case unreadable
    /// It is larger than is read.
    case tooLarge
    /// It isn't UTF-8, or has characters that text can't have.
    case encodingInvalid
    /// It is no YAML.
    case syntax
    /// A tab stands where YAML wants blanks.
    case tab
    /// It is nested too deep, or its aliases unfold to too much.
    case tooComplex
    case aliasUndefined
    case keyDuplicate
    /// A document is no object with `apiVersion`, `kind` and `metadata`.
    case notAnObject
    case apiVersionUnknown
    case kindUnknown
    /// A kind that isn't read: a warning.
    case kindNotRead
    case fieldUnknown
    case fieldMissing
    /// A string where a number was wanted, say.
    case typeWrong
    /// Of the right type, but not one of the values that can be.
    case valueInvalid
    /// What Istio has and Weir can't do; to leave it out would change what calls do.
    case unsupported
    /// What Istio has and Weir leaves out: a warning.
    case notApplied
    /// Two objects of one kind and name.
    case objectDuplicate
    /// What the mesh's own checks say.
    case check(MeshConfigError.Code)
  }

  package var severity: Finding.Severity
  package var code: Code
  package var place: SourcePlace
  /// One sentence: what was found and what was wanted.
  package var message: String
  /// What was probably meant; nil where that is anyone's guess.
  package var suggestion: String?
  /// What to do about it, as the checks say it; empty where the sentence says all.
  package var fix: String

  package init(
    _ severity: Finding.Severity,
    _ code: Code,
    at place: SourcePlace,
    _ message: String,
    suggestion: String? = nil,
    fix: String = ""
  ) {
    self.severity = severity
    self.code = code
    self.place = place
    self.message = message
    self.suggestion = suggestion
    self.fix = fix
  }

  /// One line: `mesh.yaml:12:5: found ...; want ...; did you mean ...?`.
  package var description: String {
    "\(place): \(text)"
  }

  /// The sentence with its suggestion, without the place.
  package var text: String {
    message + (suggestion.map { "; did you mean \($0)?" } ?? "")
  }
}

extension FileFinding.Code {
  /// The stable word for it, such as `fieldUnknown`.
  package var text: String {
    switch self {
    case .check(let code): code.rawValue
    case .unreadable, .tooLarge, .encodingInvalid, .syntax, .tab, .tooComplex, .aliasUndefined,
      .keyDuplicate, .notAnObject, .apiVersionUnknown, .kindUnknown, .kindNotRead, .fieldUnknown,
      .fieldMissing, .typeWrong, .valueInvalid, .unsupported, .notApplied, .objectDuplicate:
      "\(self)"
    }
  }
}
