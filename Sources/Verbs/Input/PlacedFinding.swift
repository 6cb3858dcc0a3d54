package import MeshModel
package import RuleFiles

/// Something that a file's reader, the checks or the engine say of the objects of some files.
package struct PlacedFinding: Hashable, Sendable {
  package var severity: Finding.Severity
  /// A stable word, such as `subsetUndefined`.
  package var code: String
  /// One sentence: what was found and what was wanted.
  package var message: String
  /// What to do about it; empty where the message says it all.
  package var fix: String
  /// Where it stands; nil for an object that none of the files has.
  package var place: SourcePlace?
  /// The object concerned; nil where none is.
  package var object: MeshObjectKey?
  /// The field concerned, such as `spec.http[2].route[0].weight`; empty where none is.
  package var path: String

  package init(_ finding: FileFinding) {
    severity = finding.severity
    code = finding.code.text
    message = finding.message
    fix = finding.suggestion.map { "did you mean \($0)?" } ?? finding.fix
    place = finding.place
    object = nil
    path = ""
  }

  /// Finds the place of a check's finding among the documents.
  package init(_ finding: Finding, in documents: [MeshDocument]) {
    severity = finding.severity
    code = finding.code.rawValue
    message = finding.message
    fix = finding.fix
    path = finding.path
    let document = documents.first { finding.isAbout($0.object) }
    place = document.map { finding.place(in: $0) }
    object = document?.object.key ?? finding.key
  }

  /// Lines as compilers write theirs, the fix on a line of its own.
  package var lines: [String] {
    let subject = place?.description ?? object?.resource ?? "rules"
    let line = "\(subject): \(severity.rawValue): \(code): \(message)"
    return fix.isEmpty ? [line] : [line, "  fix: \(fix)"]
  }
}

extension Finding {
  /// The object's kind and name, where both are told.
  var key: MeshObjectKey? {
    guard let kind, let object else { return nil }
    return MeshObjectKey(kind: kind, name: object)
  }

  func isAbout(_ other: MeshObject) -> Bool {
    guard object == other.name else { return false }
    if let kind { return kind == other.kind }
    return rule == nil || other.kind == .virtualService
  }

  fileprivate func place(in document: MeshDocument) -> SourcePlace {
    if !path.isEmpty { return document.place(of: path) }
    if let rule { return document.place(of: "spec.http[\(rule)]") }
    if let subset { return document.place(of: "spec.subsets[\(subset)].name") }
    return document.place(of: "metadata.name")
  }
}
