/// Something that a check has to say about the rules.
package struct Finding: Hashable, Sendable {
  package enum Severity: String, Hashable, Sendable {
    /// The rules can't be accepted.
    case error
    /// They can be, but will hardly do what was meant.
    case warning
  }

  package var severity: Severity
  package var code: MeshConfigError.Code
  /// One sentence with what was found, what was wanted and how to mend it.
  package var message: String
  /// What to do about it, such as `set subset to v1 or v2`; empty where ``message`` says it all.
  package var fix: String
  /// The kind of ``object``; nil where none is concerned.
  package var kind: MeshObjectKind?
  /// The field concerned, within the object, such as `spec.http[2].match[0].headers[user].regex`;
  /// empty for the whole of it.
  package var path: String
  /// The object concerned; nil when it is the whole book.
  package var object: ResourceName?
  /// The index of the rule in its VirtualService's `http`, from 0; nil where none is concerned.
  package var rule: Int?
  /// The index of the subset in its DestinationRule's `subsets`, from 0; nil where none is concerned.
  package var subset: Int?

  package init(
    _ severity: Severity,
    _ code: MeshConfigError.Code,
    _ message: String,
    fix: String = "",
    kind: MeshObjectKind? = nil,
    path: String = "",
    object: ResourceName? = nil,
    rule: Int? = nil,
    subset: Int? = nil
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.fix = fix
    self.kind = kind
    self.path = path
    self.object = object
    self.rule = rule
    self.subset = subset
  }
}
