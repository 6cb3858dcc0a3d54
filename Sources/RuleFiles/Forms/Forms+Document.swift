import MeshModel

/// What an object is called, and what its metadata says beyond that.
struct ObjectMetadata: Sendable {
  var name = ""
  var namespace = "default"
  var labels: [String: String] = [:]
  var annotations: [String: String] = [:]

  var resourceName: ResourceName { ResourceName(namespace: namespace, name: name) }

  var kept: KeptFields { KeptFields(labels: labels, annotations: annotations) }
}

extension Forms {
  static let metadata = ObjectForm(
    "metadata",
    start: ObjectMetadata(),
    [
      .required("name", \.name, .string),
      .always("namespace", \.namespace, .string),
      .several("labels", \.labels, .stringMap),
      .several("annotations", \.annotations, .stringMap),
    ] + ignoredMetadata.map { .ignored($0) }
  )

  /// What a cluster writes there by itself.
  private static let ignoredMetadata = [
    "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers",
    "generateName", "generation", "managedFields", "ownerReferences", "resourceVersion", "selfLink",
    "uid",
  ]

  /// What stands around every object's `spec`, and its fields.
  static func documentSchema(of kind: MeshObjectKind) -> ObjectSchema {
    let spec =
      switch kind {
      case .virtualService: virtualService.schema
      case .destinationRule: destinationRule.schema
      case .serviceEntry: serviceEntry.schema
      case .workloadEntry: workloadEntry.schema
      }
    return ObjectSchema(
      name: "object",
      fields: [
        .required("apiVersion", .string), .required("kind", .string),
        .required("metadata", .object(metadata.schema)), .required("spec", .object(spec)),
        ObjectSchema.Field(name: "status", type: .anything, use: .applied, isRequired: false),
      ]
    )
  }
}

extension ObjectSchema.Field {
  fileprivate static func required(_ name: String, _ type: FieldType) -> Self {
    Self(name: name, type: type, use: .applied, isRequired: true)
  }
}
