package import MeshModel

/// Writes objects as Istio's files have them, in `networking.istio.io/v1`.
///
/// What it writes reads back as an equal object. The order of fields is Istio's, and that of maps
/// without an order is by name, so equal objects give equal texts.
package enum RuleWriter {
  /// YAML in block style, the documents with `---` between them; empty for no object.
  package static func yaml(_ objects: [MeshObject]) -> String {
    objects.map { YAMLText.document($0) }.joined(separator: "---\n")
  }

  /// JSON on one line, without a line end.
  package static func json(_ object: MeshObject) -> String {
    JSONText.text(of: PlainValue(object))
  }
}

extension PlainValue {
  /// An object with all that stands around its `spec`.
  init(_ object: MeshObject) {
    let spec: PlainValue
    var kept: KeptFields
    switch object {
    case .virtualService(let service):
      spec = Forms.virtualService.write(service)
      kept = service.kept
    case .destinationRule(let rule):
      spec = Forms.destinationRule.write(rule)
      kept = rule.kept
    case .serviceEntry(let entry):
      spec = Forms.serviceEntry.write(entry)
      kept = entry.kept
    case .workloadEntry(let entry):
      (spec, kept) = PlainValue.parts(of: entry)
    }
    let metadata = ObjectMetadata(
      name: object.name.name,
      namespace: object.name.namespace,
      labels: kept.labels,
      annotations: kept.annotations
    )
    self = .object([
      Field("apiVersion", .string("\(KnownKinds.group)/\(KnownKinds.versions[0])")),
      Field("kind", .string(object.kind.rawValue)),
      Field("metadata", Forms.metadata.write(metadata)),
      Field("spec", spec),
    ])
  }

  /// Its health goes into an annotation, and labels of its metadata aren't said twice.
  private static func parts(of entry: WorkloadEntry) -> (spec: PlainValue, kept: KeptFields) {
    var kept = entry.kept
    var endpoint = entry.endpoint
    // A label that was changed, or taken away, since it was read isn't the metadata's any more.
    kept.labels = kept.labels.filter { endpoint.labels[$0.key] == $0.value }
    endpoint.labels = endpoint.labels.filter { kept.labels[$0.key] == nil }
    if endpoint.health != .healthy {
      kept.annotations[WorkloadEntry.healthKey] = endpoint.health.rawValue
      endpoint.health = .healthy
    }
    return (Forms.workloadEntry.write(endpoint), kept)
  }
}
