package import MeshModel
package import RuleFiles

/// What some files ask for, read and held against each other, not yet against an engine.
package struct RuleInput: Sendable {
  package let documents: [MeshDocument]
  /// What reading them found, by file and line.
  package let readingFindings: [PlacedFinding]
  private let files: MeshFiles

  package init(_ files: MeshFiles) {
    self.files = files
    documents = files.documents
    readingFindings = files.findings.map { PlacedFinding($0) }
  }

  package var objects: [MeshObject] { documents.map(\.object) }

  package var hasReadingErrors: Bool { readingFindings.contains { $0.severity == .error } }

  /// Says what reading the files found.
  ///
  /// - Returns: False where there was an error.
  package func isReadable(_ output: VerbOutput) -> Bool {
    readingFindings.flatMap(\.lines).forEach(output.say)
    return !hasReadingErrors
  }

  /// What the checks say where the files are all there is.
  ///
  /// Files without a service are rules for services that run already: then the hosts of their
  /// DestinationRules are taken to be there, and what only the running mesh can tell is left out.
  package var checkFindings: [PlacedFinding] {
    let entries = files.inventoryFindings.map { PlacedFinding($0) }
    var inventory = files.inventory
    let isPart = inventory.services.isEmpty
    if isPart { inventory.services = assumedServices }
    let rules = files.rules.findings(inventory: inventory)
      .filter { !isPart || !RuleInput.codesOfMesh.contains($0.code) }
      .map { PlacedFinding($0, in: documents) }
    return entries + rules
  }

  private static let codesOfMesh: Set<MeshConfigError.Code> = [
    .hostUnknown, .portUnknown, .subsetWithoutWorkload, .delegateUnknown,
  ]

  private var assumedServices: [MeshService] {
    let hosts = files.rules.destinationRules.map {
      HostName($0.host, inNamespace: $0.name.namespace)
    }
    return Set(hosts).sorted().map { MeshService(host: $0, ports: []) }
  }

  /// The engine's findings, with the places of those that are about the files.
  package func placed(_ findings: [Finding]) -> [PlacedFinding] {
    findings.map { PlacedFinding($0, in: documents) }
  }

  /// Those of the engine's findings that are errors, or about an object of the files.
  func relevant(_ findings: [Finding]) -> [PlacedFinding] {
    let keys = Set(objects.map(\.key))
    return placed(findings).filter { finding in
      finding.severity == .error || finding.object.map(keys.contains) ?? false
    }
  }
}
