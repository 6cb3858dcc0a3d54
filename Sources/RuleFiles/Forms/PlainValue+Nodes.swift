import MeshModel

extension PlainValue {
  /// What a node says; what couldn't be read is null.
  init(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let scalar): self.init(scalar)
    case .list(let elements): self = .list(elements.map(PlainValue.init))
    case .object(let fields): self = .object(fields.map { Field($0.name, PlainValue($0.value)) })
    case .broken: self = .null
    }
  }

  /// A number that isn't finite, which JSON doesn't have, and one of more bits than a double's are
  /// texts.
  private init(_ scalar: YAMLScalar) {
    switch scalar.kind {
    case .null: self = .null
    case .boolean: self = scalar.boolean.map(PlainValue.boolean) ?? .string(scalar.text)
    case .string: self = .string(scalar.text)
    case .integer, .number:
      if let integer = scalar.integer {
        self = .integer(integer)
      } else if let number = scalar.number, number.isFinite {
        self = .number(number)
      } else {
        self = .string(scalar.text)
      }
    }
  }

  /// A number, without a fraction where it has none.
  init(number: Double) {
    if let integer = Int64(exactly: number), abs(integer) < 1 << 53 {
      self = .integer(integer)
    } else {
      self = .number(number)
    }
  }
}
