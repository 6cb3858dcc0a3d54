import MeshModel

/// Reads an object whose shape is right.
struct ObjectReader {
  /// What can't be, although its shape is right.
  private(set) var findings: [FileFinding] = []
  /// For each rule that was read, its index in the file's `http`.
  var ruleIndices: [Int] = []

  let file: String
  let metadata: YAMLNode
  let spec: YAMLNode
  let name: ResourceName

  init(_ root: YAMLNode, file: String) {
    self.file = file
    let nothing = YAMLNode(content: .object([]), mark: root.mark)
    metadata = root["metadata"] ?? nothing
    spec = root["spec"] ?? nothing
    name = ResourceName(
      namespace: metadata["namespace"]?.string ?? "default",
      name: metadata["name"]?.string ?? ""
    )
  }

  /// The object; nil where it can't be, or isn't for this mesh, which a finding tells.
  mutating func object(_ kind: MeshObjectKind) -> MeshObject? {
    if name.name.isEmpty || name.namespace.isEmpty {
      add(
        .error,
        .valueInvalid,
        metadata.mark,
        "the object's name or namespace is empty; want both"
      )
      return nil
    }
    switch kind {
    case .virtualService: return virtualService().map(MeshObject.virtualService)
    case .destinationRule: return .destinationRule(destinationRule())
    case .serviceEntry: return .serviceEntry(serviceEntry())
    case .workloadEntry: return .workloadEntry(workloadEntry())
    }
  }

  mutating func add(
    _ severity: Finding.Severity,
    _ code: FileFinding.Code,
    _ mark: YAMLNode.Mark,
    _ message: String,
    suggestion: String? = nil
  ) {
    let place = SourcePlace(file: file, mark: mark)
    findings.append(FileFinding(severity, code, at: place, message, suggestion: suggestion))
  }

  // MARK: DestinationRule

  private func destinationRule() -> DestinationRule {
    DestinationRule(
      name: name,
      host: spec["host"]?.string ?? "",
      subsets: (spec["subsets"]?.elements ?? []).map { subset in
        Subset(
          name: subset["name"]?.string ?? "",
          labels: subset["labels"]?.stringMap ?? [:]
        )
      }
    )
  }
}
