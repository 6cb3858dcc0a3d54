import MeshModel

/// One field of an ``ObjectForm``: its name, what may be there, how it is read and written.
struct FieldForm<Object: Sendable>: Sendable {
  let field: ObjectSchema.Field
  /// Takes over what the field says; it is never null.
  let read: @Sendable (YAMLField, inout Object, inout ReadingNotes) -> Void
  /// nil where it isn't written.
  let write: @Sendable (Object) -> PlainValue?

  typealias Path<Part> = any WritableKeyPath<Object, Part> & Sendable

  private init<Part: Sendable>(
    _ name: String,
    _ path: Path<Part>,
    _ form: ValueForm<Part>,
    isRequired: Bool = false,
    isWritten: @escaping @Sendable (Part) -> Bool
  ) {
    field = ObjectSchema.Field(name: name, type: form.type, use: .applied, isRequired: isRequired)
    read = { node, object, notes in
      if let value = form.read(node.value, &notes) { object[keyPath: path] = value }
    }
    write = { object in
      let part = object[keyPath: path]
      return isWritten(part) ? form.write(part) : nil
    }
  }

  // MARK: Fields that are read and written

  /// Must be there.
  static func required<Part: Sendable>(
    _ name: String,
    _ path: Path<Part>,
    _ form: ValueForm<Part>
  ) -> FieldForm {
    FieldForm(name, path, form, isRequired: true) { _ in true }
  }

  /// May be absent, and is always written.
  static func always<Part: Sendable>(
    _ name: String,
    _ path: Path<Part>,
    _ form: ValueForm<Part>
  ) -> FieldForm {
    FieldForm(name, path, form) { _ in true }
  }

  /// Isn't written where it says what its absence says as well.
  static func field<Part: Equatable & Sendable>(
    _ name: String,
    _ path: Path<Part>,
    _ form: ValueForm<Part>,
    unless absent: Part
  ) -> FieldForm {
    FieldForm(name, path, form) { $0 != absent }
  }

  /// Isn't written where it is nil.
  static func optional<Part: Sendable>(
    _ name: String,
    _ path: Path<Part?>,
    _ form: ValueForm<Part>
  ) -> FieldForm {
    FieldForm(
      field: ObjectSchema.Field(name: name, type: form.type, use: .applied, isRequired: false),
      read: { node, object, notes in
        if let value = form.read(node.value, &notes) { object[keyPath: path] = value }
      },
      write: { $0[keyPath: path].map(form.write) }
    )
  }

  /// A list or map, which isn't written where it is empty.
  static func several<Part: Collection & Sendable>(
    _ name: String,
    _ path: Path<Part>,
    _ form: ValueForm<Part>
  ) -> FieldForm {
    FieldForm(name, path, form) { !$0.isEmpty }
  }

  /// An object whose fields are those of a part, which keeps what it has beside them.
  static func within<Part: Sendable>(
    _ name: String,
    _ path: Path<Part>,
    _ form: ObjectForm<Part>
  ) -> FieldForm {
    FieldForm(
      field: ObjectSchema.Field(
        name: name,
        type: .object(form.schema),
        use: .applied,
        isRequired: true
      ),
      read: { node, object, notes in form.read(node.value, into: &object[keyPath: path], &notes) },
      write: { form.write($0[keyPath: path]) }
    )
  }

  /// This field as one of an object that has the old one as a part.
  func lifted<Whole: Sendable>(
    _ path: any WritableKeyPath<Whole, Object> & Sendable
  ) -> FieldForm<Whole> {
    let (read, write) = (read, write)
    return FieldForm<Whole>(
      field: field,
      read: { node, whole, notes in read(node, &whole[keyPath: path], &notes) },
      write: { write($0[keyPath: path]) }
    )
  }

  // MARK: Fields that are not applied

  /// Kept for whoever reads the object back, with a warning that nothing acts upon it.
  static func kept(
    _ name: String,
    _ path: Path<[String: PlainValue]>,
    _ type: FieldType = .anything
  ) -> FieldForm {
    FieldForm(
      field: ObjectSchema.Field(name: name, type: type, use: .notApplied, isRequired: false),
      read: { node, object, _ in object[keyPath: path][name] = PlainValue(node.value) },
      write: { $0[keyPath: path][name] }
    )
  }

  /// Says nothing that anybody would miss; taken without a word.
  static func ignored(_ name: String) -> FieldForm {
    FieldForm(
      field: ObjectSchema.Field(name: name, type: .anything, use: .applied, isRequired: false),
      read: { _, _, _ in },
      write: { _ in nil }
    )
  }

  // MARK: Fields of older forms

  /// Read into what is written by its newer name.
  static func old<Part: Sendable>(
    _ name: String,
    _ form: ValueForm<Part>,
    _ take: @escaping @Sendable (Part, inout Object) -> Void
  ) -> FieldForm {
    FieldForm(
      field: ObjectSchema.Field(name: name, type: form.type, use: .applied, isRequired: false),
      read: { node, object, notes in
        if let value = form.read(node.value, &notes) { take(value, &object) }
      },
      write: { _ in nil }
    )
  }

  /// The same field with more to be said of it than the table can.
  func reading(
    _ more: @escaping @Sendable (YAMLField, inout Object, inout ReadingNotes) -> Void
  ) -> FieldForm {
    let read = read
    return FieldForm(
      field: field,
      read: { node, object, notes in
        read(node, &object, &notes)
        more(node, &object, &notes)
      },
      write: write
    )
  }
}

extension FieldForm {
  fileprivate init(
    field: ObjectSchema.Field,
    read: @escaping @Sendable (YAMLField, inout Object, inout ReadingNotes) -> Void,
    write: @escaping @Sendable (Object) -> PlainValue?
  ) {
    self.field = field
    self.read = read
    self.write = write
  }
}
