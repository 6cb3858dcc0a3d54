import MeshModel

/// How a type stands in files as an object with fields: one table that its schema, its reader and
/// its writer all follow.
struct ObjectForm<Object: Sendable>: Sendable {
  let schema: ObjectSchema
  /// In the order in which they are written.
  let fields: [FieldForm<Object>]
  /// What an object without any field says.
  let start: Object

  /// - Parameters:
  ///   - name: Istio's name for it.
  ///   - start: What an object without any field says.
  ///   - exclusive: Sets of fields of which at most one may be there.
  ///   - needed: Sets of fields of which one must be there.
  ///   - fields: In the order in which they are written.
  init(
    _ name: String,
    start: Object,
    exclusive: [[String]] = [],
    needed: [[String]] = [],
    _ fields: [FieldForm<Object>]
  ) {
    schema = ObjectSchema(
      name: name,
      fields: fields.map(\.field),
      exclusive: exclusive,
      needed: needed
    )
    self.fields = fields
    self.start = start
  }

  /// Reads an object that a ``SchemaCheck`` found nothing wrong with.
  func read(_ node: YAMLNode, _ notes: inout ReadingNotes) -> Object {
    var object = start
    read(node, into: &object, &notes)
    return object
  }

  func read(_ node: YAMLNode, into object: inout Object, _ notes: inout ReadingNotes) {
    let children = node.fields
    // In the table's order, not the file's: older forms rely on it.
    for field in fields {
      guard let child = children.first(where: { $0.name == field.field.name }) else { continue }
      if !child.value.isNull { field.read(child, &object, &notes) }
    }
  }

  func write(_ object: Object) -> PlainValue {
    .object(
      fields.compactMap { field in
        field.write(object).map { PlainValue.Field(field.field.name, $0) }
      }
    )
  }

  /// The form of a value that is such an object.
  var value: ValueForm<Object> {
    ValueForm(
      type: .object(schema),
      read: { node, notes in read(node, &notes) },
      write: { write($0) }
    )
  }
}

extension ValueForm {
  static func object(_ form: ObjectForm<Value>) -> ValueForm { form.value }
}
