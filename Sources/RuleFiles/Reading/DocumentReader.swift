import MeshModel

/// Turns a document into the objects that it holds.
struct DocumentReader {
  private(set) var documents: [MeshDocument] = []
  private(set) var findings: [FileFinding] = []

  private let file: String

  init(file: String) {
    self.file = file
  }

  mutating func read(_ root: YAMLNode) {
    if root.isNull { return }
    if case .broken = root.content { return }
    guard case .object = root.content else {
      let message = "found \(root.description); want an object with apiVersion, kind and metadata"
      return add(.error, .notAnObject, root.mark, message)
    }
    if let items = root["items"], root["kind"]?.string?.hasSuffix("List") == true {
      guard case .list(let elements) = items.content else {
        return add(.error, .typeWrong, items.mark, "items is \(items.description); want a list")
      }
      for element in elements { read(element) }
      return
    }
    guard let kind = kind(of: root) else { return }
    readObject(root, kind)
  }

  private mutating func readObject(_ root: YAMLNode, _ kind: MeshObjectKind) {
    var check = SchemaCheck(file: file)
    check.check(root, is: .object(Forms.documentSchema(of: kind)), called: kind.rawValue)
    findings += check.findings
    guard !root.isBroken, !check.findings.contains(where: { $0.severity == .error }) else { return }
    var reader = ObjectReader(root, file: file)
    let object = reader.object(kind)
    findings += reader.notes.findings
    guard let object else { return }
    documents.append(MeshDocument(object: object, source: SourceMap(file: file, root: root)))
  }

  // MARK: Kinds

  private mutating func kind(of root: YAMLNode) -> MeshObjectKind? {
    guard let version = text("apiVersion", of: root, "networking.istio.io/v1"),
      let name = text("kind", of: root, "VirtualService")
    else { return nil }
    let parts = version.text.split(separator: "/", omittingEmptySubsequences: false)
    let group = parts.count == 2 ? String(parts[0]) : ""
    if let kind = MeshObjectKind(rawValue: name.text) {
      let isKnown = group == KnownKinds.group && KnownKinds.versions.contains(String(parts[1]))
      guard !isKnown else { return kind }
      add(
        .error,
        .apiVersionUnknown,
        version.mark,
        "apiVersion of a \(kind.rawValue) is \(ShownText.short(version.text)); want "
          + KnownKinds.versions.map { "\(KnownKinds.group)/\($0)" }.joined(separator: ", ")
      )
      return nil
    }
    unknownKind(name.text, name.mark, group: group)
    return nil
  }

  private mutating func text(
    _ name: String,
    of root: YAMLNode,
    _ example: String
  ) -> (text: String, mark: YAMLNode.Mark)? {
    guard let node = root[name] else {
      let near = NearestName.nearest(to: name, among: root.fields.map(\.name))
      let found = near.map { ", but \(ShownText.quoted($0))" } ?? ""
      let message = "the object has no \(name)\(found); want one such as \(example)"
      add(.error, .notAnObject, root.mark, message)
      return nil
    }
    guard let scalar = node.scalar, scalar.kind == .string else {
      let message = "\(name) is \(node.description); want a string such as \(example)"
      add(.error, .typeWrong, node.mark, message)
      return nil
    }
    return (scalar.text, node.mark)
  }

  private mutating func unknownKind(_ name: String, _ mark: YAMLNode.Mark, group: String) {
    if let hint = KnownKinds.hint(for: name, group: group) {
      add(.warning, .kindNotRead, mark, "not read: kind \(ShownText.short(name))\(hint)")
      return
    }
    let kinds = MeshObjectKind.allCases.map(\.rawValue)
    findings.append(
      FileFinding(
        .error,
        .kindUnknown,
        at: SourcePlace(file: file, mark: mark),
        "kind is \(ShownText.short(name)); want one of \(kinds.joined(separator: ", "))",
        suggestion: NearestName.nearest(to: name, among: kinds)
      )
    )
  }

  private mutating func add(
    _ severity: Finding.Severity,
    _ code: FileFinding.Code,
    _ mark: YAMLNode.Mark,
    _ message: String
  ) {
    findings.append(FileFinding(severity, code, at: SourcePlace(file: file, mark: mark), message))
  }
}
