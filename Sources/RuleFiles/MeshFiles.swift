package import MeshModel

/// What several files say together.
package struct MeshFiles: Sendable {
  /// In the order of the files.
  package let documents: [MeshDocument]
  /// What was found while reading, and objects that are there twice; by file and line.
  package let findings: [FileFinding]
  /// All four kinds, each in the order of the files.
  package let rules: MeshRules
  /// The services and workloads that the entries come to.
  package let inventory: MeshInventory
  private let entryFindings: [Finding]

  package init(_ files: [MeshFile]) {
    documents = files.flatMap(\.documents)
    findings = files.flatMap(\.findings) + MeshFiles.duplicates(in: documents)
    var rules = MeshRules()
    for document in documents {
      switch document.object {
      case .virtualService(let service): rules.virtualServices.append(service)
      case .destinationRule(let rule): rules.destinationRules.append(rule)
      case .serviceEntry(let entry): rules.serviceEntries.append(entry)
      case .workloadEntry(let entry): rules.workloadEntries.append(entry)
      }
    }
    self.rules = rules
    let resolution = InventoryResolution(
      serviceEntries: rules.serviceEntries,
      workloadEntries: rules.workloadEntries
    )
    inventory = resolution.inventory
    entryFindings = resolution.findings
  }

  /// In the order of the files.
  package var objects: [MeshObject] { documents.map(\.object) }

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
  package var inventoryFindings: [FileFinding] { placed(entryFindings) }

  /// What the mesh's checks say of the rules, with its places.
  package var ruleFindings: [FileFinding] { placed(rules.findings(inventory: inventory)) }

  // MARK: Places

  private func placed(_ findings: [Finding]) -> [FileFinding] {
    let sources = Dictionary(documents.map { ($0.object.key, $0) }) { _, last in last }
    return findings.map { finding in
      let document = finding.kind.flatMap { kind in
        finding.object.flatMap { sources[MeshObjectKey(kind: kind, name: $0)] }
      }
      return FileFinding(
        finding.severity,
        .check(finding.code),
        at: document?.place(of: finding.path)
          ?? SourcePlace(file: documents.first?.source.file ?? ""),
        finding.message,
        fix: finding.fix
      )
    }
  }

  private static func duplicates(in documents: [MeshDocument]) -> [FileFinding] {
    var first: [MeshObjectKey: SourcePlace] = [:]
    var findings: [FileFinding] = []
    for document in documents {
      let key = document.object.key
      let place = document.source.place(of: "metadata.name")
      guard let other = first[key] else {
        first[key] = place
        continue
      }
      let message =
        "\(key) is there twice, first in \(other); want it once"
      findings.append(FileFinding(.error, .objectDuplicate, at: place, message))
    }
    return findings
  }
}
