import MeshModel

/// Plain values as YAML in block style, two blanks a level, with the dashes of a list under its name.
struct YAMLBlockText {
  private(set) var text = ""

  /// The lines of a value that begins on a line of its own, each with its line end and, before it,
  /// some blanks.
  static func lines(of value: PlainValue, indent: Int) -> String {
    var writer = YAMLBlockText()
    writer.addBlock(value, indent: indent)
    return writer.text
  }

  /// A field with its value.
  static func lines(of field: PlainValue.Field, indent: Int) -> String {
    lines(of: .object([field]), indent: indent)
  }

  // MARK: Blocks

  private mutating func addBlock(_ value: PlainValue, indent: Int) {
    switch value {
    case .object(let fields) where !fields.isEmpty:
      for field in fields {
        addBlanks(indent)
        addField(field, indent: indent)
      }
    case .list(let elements) where !elements.isEmpty:
      for element in elements { addElement(element, indent: indent) }
    default:
      addBlanks(indent)
      addInline(value, indent: indent)
      text += "\n"
    }
  }

  private mutating func addField(_ field: PlainValue.Field, indent: Int) {
    text += YAMLScalarText.key(field.name)
    text += ":"
    switch field.value {
    case .object(let fields) where !fields.isEmpty:
      text += "\n"
      addBlock(field.value, indent: indent + 2)
    case .list(let elements) where !elements.isEmpty:
      text += "\n"
      addBlock(field.value, indent: indent)
    default:
      text += " "
      addInline(field.value, indent: indent)
      text += "\n"
    }
  }

  private mutating func addElement(_ element: PlainValue, indent: Int) {
    addBlanks(indent)
    text += "- "
    switch element {
    case .object(let fields) where !fields.isEmpty:
      for (index, field) in fields.enumerated() {
        if index > 0 { addBlanks(indent + 2) }
        addField(field, indent: indent + 2)
      }
    case .list(let elements) where !elements.isEmpty:
      // A list in a list begins on the same line as the dash around it.
      let inner = YAMLBlockText.lines(of: element, indent: indent + 2)
      text += inner.dropFirst(indent + 2)
    default:
      addInline(element, indent: indent)
      text += "\n"
    }
  }

  private mutating func addBlanks(_ count: Int) {
    for _ in 0..<count { text += " " }
  }

  /// A scalar, or an empty list or object.
  private mutating func addInline(_ value: PlainValue, indent: Int) {
    if case .string(let string) = value,
      let block = YAMLScalarText.block(string, indent: indent + 2)
    {
      text += block
    } else {
      text += YAMLScalarText.inline(value)
    }
  }
}

extension YAMLText {
  /// A document's lines.
  static func document(_ object: MeshObject) -> String {
    YAMLBlockText.lines(of: PlainValue(object), indent: 0)
  }
}
