/// A piece of a document and where it stands.
struct YAMLNode: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    case scalar(YAMLScalar)
    case list([YAMLNode])
    case object([YAMLField])
    /// What couldn't be read, as was told already.
    case broken
  }

  struct Mark: Hashable, Sendable, Comparable {
    /// From 1.
    var line: Int
    /// From 1, in Unicode scalars.
    var column: Int

    static func < (left: Mark, right: Mark) -> Bool {
      (left.line, left.column) < (right.line, right.column)
    }
  }

  var content: Content
  var mark: Mark

  /// The value of an object's field; nil where it isn't there, is null, or this is no object.
  ///
  /// O(n) in the object's fields.
  subscript(name: String) -> YAMLNode? {
    guard let value = fields.first(where: { $0.name == name })?.value, !value.isNull else {
      return nil
    }
    return value
  }

  /// An object's fields, in the file's order; none for other nodes.
  var fields: [YAMLField] {
    if case .object(let fields) = content { fields } else { [] }
  }

  /// A list's elements; none for other nodes.
  var elements: [YAMLNode] {
    if case .list(let elements) = content { elements } else { [] }
  }

  var scalar: YAMLScalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  /// Whether there is nothing; as in Kubernetes, that is as if the field were absent.
  var isNull: Bool { scalar?.kind == .null }

  /// Whether there is nothing, or a list without elements.
  var isEmpty: Bool {
    if case .list(let elements) = content { elements.isEmpty } else { isNull }
  }

  /// Whether it or something in it couldn't be read.
  var isBroken: Bool {
    switch content {
    case .broken: true
    case .scalar: false
    case .list(let elements): elements.contains(where: \.isBroken)
    case .object(let fields): fields.contains { $0.isTakenOut || $0.value.isBroken }
    }
  }

  /// What it is, for a sentence.
  var description: String {
    switch content {
    case .scalar(let scalar): scalar.description
    case .list: "a list"
    case .object: "an object"
    case .broken: "something that can't be read"
    }
  }
}

struct YAMLField: Hashable, Sendable {
  var name: String
  var mark: YAMLNode.Mark
  var value: YAMLNode
}
