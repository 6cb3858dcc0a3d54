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
    object: ResourceName? = nil,
    rule: Int? = nil,
    subset: Int? = nil
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.object = object
    self.rule = rule
    self.subset = subset
  }
}
