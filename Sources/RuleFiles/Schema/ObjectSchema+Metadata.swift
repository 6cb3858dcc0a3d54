extension ObjectSchema {
  /// What stands around every object's `spec`.
  static func document(spec: ObjectSchema) -> ObjectSchema {
    ObjectSchema(
      name: "object",
      fields: [
        .required("apiVersion", .string),
        .required("kind", .string),
        .required("metadata", .object(metadata)),
        .required("spec", .object(spec)),
        .ignored("status"),
      ]
    )
  }

  static let metadata = ObjectSchema(
    name: "metadata",
    fields: [
      .required("name", .string),
      .applied("namespace", .string),
      .applied("labels", .stringMap),
      .applied("annotations", .stringMap),
      .ignored("creationTimestamp"),
      .ignored("deletionGracePeriodSeconds"),
      .ignored("deletionTimestamp"),
      .ignored("finalizers"),
      .ignored("generateName"),
      .ignored("generation"),
      .ignored("managedFields"),
      .ignored("ownerReferences"),
      .ignored("resourceVersion"),
      .ignored("selfLink"),
      .ignored("uid"),
    ]
  )
}
