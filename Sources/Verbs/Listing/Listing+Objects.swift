import MeshModel
import MeshPicture
import RuleFiles

extension Listing {
  /// The objects of a kind, by name.
  ///
  /// - Parameters:
  ///   - kind: Which.
  ///   - namespace: nil for all namespaces.
  ///   - revision: Whose rules.
  init(_ kind: MeshObjectKind, namespace: String?, in revision: Revision) {
    let objects = revision.rules.objects
      .filter { $0.kind == kind && (namespace == nil || $0.name.namespace == namespace) }
      .sorted { $0.name < $1.name }
    (titles, wideTitles) = Listing.titles(of: kind)
    self.revision = revision.number
    items = objects.map { object in
      ListedItem(
        name: object.name.name,
        resource: kind.resource,
        cells: [object.name.short] + object.cells,
        wideCells: object.wideCells,
        json: { RuleWriter.json(object) },
        yaml: { RuleWriter.yaml([object]) }
      )
    }
  }

  private static func titles(of kind: MeshObjectKind) -> ([String], [String]) {
    switch kind {
    case .virtualService: (["NAME", "HOSTS", "RULES"], ["SPLIT"])
    case .destinationRule: (["NAME", "HOST", "SUBSETS"], ["LABELS"])
    case .serviceEntry: (["NAME", "HOSTS", "PORTS", "ENDPOINTS"], ["LOCATION"])
    case .workloadEntry: (["NAME", "ADDRESS", "VERSION"], ["LABELS"])
    }
  }
}

extension ResourceName {
  /// Without its namespace where that is `default`.
  var short: String { namespace == "default" ? name : description }
}

extension MeshObject {
  fileprivate var cells: [String] {
    switch self {
    case .virtualService(let service):
      [service.hosts.joined(separator: ","), "\(service.http.count)"]
    case .destinationRule(let rule):
      [rule.host, rule.subsets.map(\.name).joined(separator: ",")]
    case .serviceEntry(let entry):
      [
        entry.hosts.joined(separator: ","),
        entry.ports.map { "\($0.number)" }.joined(separator: ","),
        "\(entry.endpoints.count)",
      ]
    case .workloadEntry(let entry):
      [entry.endpoint.address, entry.endpoint.workloadVersion]
    }
  }

  fileprivate var wideCells: [String] {
    switch self {
    case .virtualService(let service): [service.http.map(\.summary).joined(separator: "; ")]
    case .destinationRule(let rule):
      [rule.subsets.map { "\($0.name): \($0.labels.terms)" }.joined(separator: "; ")]
    case .serviceEntry(let entry): [entry.location.rawValue]
    case .workloadEntry(let entry): [entry.endpoint.labels.terms]
    }
  }
}

extension [String: String] {
  /// `a=1,b=2`, by name.
  var terms: String {
    sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }
}
