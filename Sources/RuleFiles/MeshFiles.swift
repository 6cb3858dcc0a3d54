package import MeshModel

/// What several files say together.
package struct MeshFiles: Sendable {
  /// In the order of the files.
  package let documents: [MeshDocument]
  /// What was found while reading, and objects that are there twice; by file and line.
  package let findings: [FileFinding]
  package let rules: MeshRules
  /// The services and workloads that the entries come to.
  package let inventory: MeshInventory
  private let entryFindings: [EntryFinding]

  package init(_ files: [MeshFile]) {
    documents = files.flatMap(\.documents)
    findings = files.flatMap(\.findings) + MeshFiles.duplicates(in: documents)
    var rules = MeshRules()
    var services: [ServiceEntry] = []
    var workloads: [WorkloadEntry] = []
    for document in documents {
      switch document.object {
      case .virtualService(let service): rules.virtualServices.append(service)
      case .destinationRule(let rule): rules.destinationRules.append(rule)
      case .serviceEntry(let entry): services.append(entry)
      case .workloadEntry(let entry): workloads.append(entry)
      }
    }
    self.rules = rules
    let resolution = InventoryResolution(serviceEntries: services, workloadEntries: workloads)
    inventory = resolution.inventory
    entryFindings = resolution.findings
  }

  /// What keeps the files from being used.
  package var errors: [FileFinding] {
    let errors = findings.filter { $0.severity == .error }
    // What is missing for an error alone would be told twice.
    guard errors.isEmpty else { return errors }
    return (inventoryFindings + ruleFindings).filter { $0.severity == .error }.sortedByPlace
  }

  /// What the files' readers and the entries' checks warn of; what the rules' checks do is in
  /// ``ruleFindings``.
  package var warnings: [FileFinding] {
    (findings + inventoryFindings).filter { $0.severity == .warning }.sortedByPlace
  }

  /// What the checks say of services and workloads, with its places.
  package var inventoryFindings: [FileFinding] {
    let sources = sources
    return entryFindings.map { finding -> FileFinding in
      let source = sources[ObjectKey(kind: finding.kind, name: finding.object)]
      let path = finding.path.isEmpty ? "spec" : "spec.\(finding.path)"
      return FileFinding(
        finding.severity,
        .check(finding.code),
        at: source?.source.place(of: path) ?? SourcePlace(file: ""),
        finding.message
      )
    }
  }

  /// What the mesh's checks say of the rules, with its places.
  package var ruleFindings: [FileFinding] {
    let sources = sources
    return rules.findings(inventory: inventory).map { finding -> FileFinding in
      let place = finding.object.flatMap { self.place(of: finding, name: $0, in: sources) }
      return FileFinding(
        finding.severity,
        .check(finding.code),
        at: place ?? SourcePlace(file: documents.first?.source.file ?? ""),
        finding.message
      )
    }
  }

  // MARK: Places

  private struct ObjectKey: Hashable {
    let kind: MeshObjectKind
    let name: ResourceName
  }

  private var sources: [ObjectKey: MeshDocument] {
    var sources: [ObjectKey: MeshDocument] = [:]
    for document in documents {
      sources[ObjectKey(kind: document.object.kind, name: document.object.name)] = document
    }
    return sources
  }

  private func place(
    of finding: Finding,
    name: ResourceName,
    in sources: [ObjectKey: MeshDocument]
  ) -> SourcePlace? {
    if let rule = finding.rule {
      return sources[ObjectKey(kind: .virtualService, name: name)]?.place(ofRule: rule)
    }
    let kinds: [MeshObjectKind] =
      finding.isOnDestinationRule
      ? [.destinationRule, .virtualService] : [.virtualService, .destinationRule]
    let source = kinds.lazy.compactMap { sources[ObjectKey(kind: $0, name: name)] }.first?.source
    if let subset = finding.subset { return source?.place(of: "spec.subsets[\(subset)].name") }
    return source?.place(of: finding.code == .hostInvalid ? "spec.hosts" : "spec")
  }

  private static func duplicates(in documents: [MeshDocument]) -> [FileFinding] {
    var first: [ObjectKey: SourcePlace] = [:]
    var findings: [FileFinding] = []
    for document in documents {
      let key = ObjectKey(kind: document.object.kind, name: document.object.name)
      let place = document.source.place(of: "metadata.name")
      guard let other = first[key] else {
        first[key] = place
        continue
      }
      let message =
        "\(key.kind.rawValue) \(key.name) is there twice, first in \(other); want it once"
      findings.append(FileFinding(.error, .objectDuplicate, at: place, message))
    }
    return findings
  }
}

extension Finding {
  /// A finding tells the object's name only, and both kinds may have an object of one name.
  fileprivate var isOnDestinationRule: Bool {
    switch code {
    case .destinationRuleDuplicate: true
    default: subset != nil || message.hasPrefix("DestinationRule ")
    }
  }
}
