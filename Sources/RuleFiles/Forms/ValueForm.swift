import MeshModel

/// How a type of value stands in files: what may be there, how it is read, and how it is written.
struct ValueForm<Value: Sendable>: Sendable {
  let type: FieldType
  /// Reads a node that a ``SchemaCheck`` found nothing wrong with; nil where it says nothing.
  let read: @Sendable (YAMLNode, inout ReadingNotes) -> Value?
  /// What it writes is read as an equal value.
  let write: @Sendable (Value) -> PlainValue
}

/// What is told while an object is read.
struct ReadingNotes {
  let file: String
  /// The object's, in which names without one belong.
  let namespace: String
  private(set) var findings: [FileFinding] = []

  init(file: String, namespace: String) {
    self.file = file
    self.namespace = namespace
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
}

extension ValueForm {
  /// The form of a type that is made from this one's.
  func mapped<Other: Sendable>(
    to make: @escaping @Sendable (Value) -> Other,
    from take: @escaping @Sendable (Other) -> Value
  ) -> ValueForm<Other> {
    let (read, write) = (read, write)
    return ValueForm<Other>(
      type: type,
      read: { node, notes in read(node, &notes).map(make) },
      write: { write(take($0)) }
    )
  }

  /// An object with this as its only field.
  func inside(_ name: String, of owner: String, isRequired: Bool = true) -> ValueForm {
    let (read, write) = (read, write)
    let field = ObjectSchema.Field(name: name, type: type, use: .applied, isRequired: isRequired)
    return ValueForm(
      type: .object(ObjectSchema(name: owner, fields: [field])),
      read: { node, notes in node[name].flatMap { read($0, &notes) } },
      write: { .object([PlainValue.Field(name, write($0))]) }
    )
  }
}

// MARK: Lists and maps

extension ValueForm {
  static func list<Element: Sendable>(_ element: ValueForm<Element>) -> ValueForm
  where Value == [Element] {
    ValueForm(
      type: .list(element.type),
      read: { node, notes in
        var list: [Element] = []
        list.reserveCapacity(node.elements.count)
        for child in node.elements {
          if let value = element.read(child, &notes) { list.append(value) }
        }
        return list
      },
      write: { .list($0.map(element.write)) }
    )
  }

  /// A map whose order says nothing; it is written by name.
  static func map<Element: Sendable>(_ element: ValueForm<Element>) -> ValueForm
  where Value == [String: Element] {
    ValueForm(
      type: .map(element.type),
      read: { node, notes in
        var map: [String: Element] = [:]
        for field in node.fields { map[field.name] = element.read(field.value, &notes) }
        return map
      },
      write: { map in
        .object(
          map.sorted { $0.key < $1.key }.map { PlainValue.Field($0.key, element.write($0.value)) }
        )
      }
    )
  }

  /// A map that is kept in its order.
  static func orderedMap<Item: Sendable, Element: Sendable>(
    _ element: ValueForm<Element>,
    to make: @escaping @Sendable (String, Element) -> Item,
    from take: @escaping @Sendable (Item) -> (String, Element)
  ) -> ValueForm where Value == [Item] {
    ValueForm(
      type: .map(element.type),
      read: { node, notes in
        var items: [Item] = []
        for field in node.fields {
          if let value = element.read(field.value, &notes) { items.append(make(field.name, value)) }
        }
        return items
      },
      write: { items in
        .object(
          items.map { item in
            let (name, value) = take(item)
            return PlainValue.Field(name, element.write(value))
          }
        )
      }
    )
  }
}
