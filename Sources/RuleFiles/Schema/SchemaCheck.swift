import MeshModel

/// Holds a node against what it should be, and says everything that is wrong.
struct SchemaCheck {
  private(set) var findings: [FileFinding] = []

  private let file: String

  init(file: String) {
    self.file = file
  }

  /// Checks a node, which sentences call `name`, and all that is in it.
  mutating func check(_ node: YAMLNode, is type: FieldType, called name: String) {
    if case .broken = node.content { return }
    switch type {
    case .anything:
      return
    case .list(let element):
      guard case .list(let elements) = node.content else {
        return wrongType(node, type, name)
      }
      for child in elements { check(child, is: element, called: "an element of \(name)") }
    case .map(let value):
      guard case .object(let fields) = node.content else { return wrongType(node, type, name) }
      for field in fields where !field.isTakenOut {
        // `user:` with nothing behind it is an empty match: any value.
        if field.value.isNull, case .object = value { continue }
        check(field.value, is: value, called: "\(name).\(ShownText.short(field.name))")
      }
    case .object(let schema):
      checkObject(node, schema, name)
    case .string, .boolean, .integer, .number, .duration, .bytes, .ipAddress, .enumeration:
      checkScalar(node, type, name)
    }
  }

  // MARK: Objects

  private mutating func checkObject(_ node: YAMLNode, _ schema: ObjectSchema, _ name: String) {
    guard case .object(let fields) = node.content else {
      return wrongType(node, .object(schema), name)
    }
    var probablyMeant: Set<String> = []
    for field in fields where !field.isTakenOut {
      guard let known = schema.field(field.name) else {
        if let meant = unknown(field, in: schema) { probablyMeant.insert(meant) }
        continue
      }
      // As in Kubernetes, a field that is null is as one that is absent.
      if field.value.isNull { continue }
      checkField(field, known)
    }
    for wanted in schema.fields where wanted.isRequired && node[wanted.name] == nil {
      guard !probablyMeant.contains(wanted.name) else { continue }
      add(
        .fieldMissing,
        node.mark,
        "\(name) has no \(wanted.name); want \(wanted.type.description)"
      )
    }
    checkSets(fields, schema, name, node.mark)
  }

  /// Checks fields of which one, or at most one, must be there.
  private mutating func checkSets(
    _ fields: [YAMLField],
    _ schema: ObjectSchema,
    _ name: String,
    _ mark: YAMLNode.Mark
  ) {
    for names in schema.exclusive {
      let present = fields.filter { names.contains($0.name) && !$0.value.isNull }
      guard present.count > 1 else { continue }
      let shown = present.map(\.name).joined(separator: " and ")
      add(.valueInvalid, present[1].mark, "\(name) has \(shown); want one of them")
    }
    for names in schema.needed {
      let isThere = fields.contains { names.contains($0.name) && !$0.value.isEmpty }
      // An unknown field may be a misspelt one of them.
      let mayBeMeant = fields.contains { schema.field($0.name) == nil }
      guard !isThere, !mayBeMeant else { continue }
      let wanted = names.joined(separator: ", ")
      add(.fieldMissing, mark, "\(name) has none of \(wanted); want one of them")
    }
  }

  private mutating func checkField(_ field: YAMLField, _ known: ObjectSchema.Field) {
    switch known.use {
    case .applied:
      check(field.value, is: known.type, called: field.name)
    case .notApplied:
      let message = "not applied: \(field.name), which no client gets"
      findings.append(
        FileFinding(.warning, .notApplied, at: SourcePlace(file: file, mark: field.mark), message)
      )
      check(field.value, is: known.type, called: field.name)
    }
  }

  /// Returns the field that was probably meant.
  private mutating func unknown(_ field: YAMLField, in schema: ObjectSchema) -> String? {
    let shown = ShownText.quoted(field.name)
    if field.name.hasPrefix("-"), field.name.dropFirst().first?.isLetter == true {
      add(
        .fieldUnknown,
        field.mark,
        "\(shown) is no field of \(schema.name), as its dash has no blank behind it",
        suggestion: "`- \(ShownText.short(String(field.name.dropFirst()))):`"
      )
      return nil
    }
    let names = schema.fields.map(\.name)
    if let nearest = NearestName.nearest(to: field.name, among: names) {
      let message = "\(shown) is no field of \(schema.name)"
      add(.fieldUnknown, field.mark, message, suggestion: nearest)
      return nearest
    }
    let owners = schema.fields.filter { $0.type.objectSchema?.field(field.name) != nil }
    if let owner = owners.first {
      let message = "\(shown) is no field of \(schema.name), but of its \(owner.name)"
      add(.fieldUnknown, field.mark, message)
      return nil
    }
    let wanted = names.count > 12 ? "" : "; want one of \(names.joined(separator: ", "))"
    add(.fieldUnknown, field.mark, "\(shown) is no field of \(schema.name)\(wanted)")
    return nil
  }

  // MARK: Scalars

  private mutating func checkScalar(_ node: YAMLNode, _ type: FieldType, _ name: String) {
    guard let scalar = node.scalar else { return wrongType(node, type, name) }
    switch type {
    case .string:
      if scalar.kind != .string { wrongType(node, type, name) }
    case .boolean:
      if scalar.boolean == nil { wrongType(node, type, name) }
    case .integer(let range):
      guard scalar.kind == .integer else { return wrongType(node, type, name) }
      guard let number = scalar.integer, range.contains(number) else {
        return invalid(node, type, name)
      }
    case .number(let range):
      guard let number = scalar.number else { return wrongType(node, type, name) }
      if !number.isFinite || range?.contains(number) == false { invalid(node, type, name) }
    case .duration:
      guard scalar.kind == .string else { return wrongType(node, type, name) }
      if DurationText.duration(scalar.text) == nil { invalid(node, type, name) }
    case .bytes:
      guard scalar.kind == .string else { return wrongType(node, type, name) }
      if Base64Text.bytes(scalar.text) == nil { invalid(node, type, name) }
    case .ipAddress(let isEndpoint):
      guard scalar.kind == .string else { return wrongType(node, type, name) }
      guard !IPAddressText.isIPAddress(scalar.text) else { return }
      let reason = isEndpoint ? ", since gRPC and Envoy refuse names in endpoints" : " by itself"
      let message = "\(name) is \(ShownText.quoted(scalar.text)); want an IP address\(reason)"
      add(.valueInvalid, node.mark, message)
    case .enumeration(let values):
      guard scalar.kind == .string else { return wrongType(node, type, name) }
      guard !values.contains(scalar.text) else { return }
      invalid(node, type, name, NearestName.nearest(to: scalar.text, among: values))
    case .list, .map, .object, .anything:
      return
    }
  }

  private mutating func wrongType(_ node: YAMLNode, _ type: FieldType, _ name: String) {
    add(
      .typeWrong,
      node.mark,
      "\(name) is \(node.description); want \(type.description)",
      suggestion: suggestion(for: node, wanted: type)
    )
  }

  private func suggestion(for node: YAMLNode, wanted type: FieldType) -> String? {
    switch (type, node.content) {
    case (.string, .scalar(let scalar)) where scalar.kind != .null:
      return "\"\(ShownText.short(scalar.text))\" in quotes"
    case (.object(let schema), .scalar(let scalar)) where schema.name == "StringMatch":
      return "`exact: \(ShownText.short(scalar.text))`"
    case (.object(let schema), .scalar(let scalar)):
      return colonSuggestion(scalar.text) ?? colonSuggestion(scalar.text, in: schema)
    case (.map, .scalar(let scalar)):
      return colonSuggestion(scalar.text)
    case (.list, .scalar(let scalar)) where scalar.kind != .null:
      return "`- \(ShownText.short(scalar.text))`"
    case (.list, .object):
      return "a dash before it"
    case (.integer, .scalar(let scalar)), (.number, .scalar(let scalar)):
      let isQuoted = scalar.kind == .string && Double(scalar.text) != nil
      return isQuoted ? "\(ShownText.short(scalar.text)) without quotes" : nil
    default:
      return nil
    }
  }

  /// For `name:value`, which YAML takes for a text.
  private func colonSuggestion(_ text: String) -> String? {
    guard let colon = text.firstIndex(of: ":"), !text.contains(" ") else { return nil }
    let name = ShownText.short(String(text[..<colon]))
    let value = ShownText.short(String(text[text.index(after: colon)...]))
    return "`\(name): \(value)`, with a blank behind the colon"
  }

  /// For `name value`, where the name is one of the fields.
  private func colonSuggestion(_ text: String, in schema: ObjectSchema) -> String? {
    let parts = text.split(separator: " ", maxSplits: 1)
    guard let name = parts.first, parts.count == 2, schema.field(String(name)) != nil else {
      return nil
    }
    return "`\(name): \(ShownText.short(String(parts[1])))`, with a colon"
  }

  private mutating func invalid(
    _ node: YAMLNode,
    _ type: FieldType,
    _ name: String,
    _ suggestion: String? = nil
  ) {
    let text = ShownText.short(node.scalar?.text ?? "")
    let message = "\(name) is \(text.isEmpty ? "empty" : text); want \(type.description)"
    add(.valueInvalid, node.mark, message, suggestion: suggestion)
  }

  // MARK: Findings

  private mutating func add(
    _ code: FileFinding.Code,
    _ mark: YAMLNode.Mark,
    _ message: String,
    suggestion: String? = nil
  ) {
    findings.append(
      FileFinding(
        .error,
        code,
        at: SourcePlace(file: file, mark: mark),
        message,
        suggestion: suggestion
      )
    )
  }
}

extension FieldType {
  /// The schema of an object, or of a list's objects.
  fileprivate var objectSchema: ObjectSchema? {
    switch self {
    case .object(let schema): schema
    case .list(let element): element.objectSchema
    case .map, .string, .boolean, .integer, .number, .duration, .bytes, .ipAddress, .enumeration,
      .anything:
      nil
    }
  }
}

extension SourcePlace {
  init(file: String, mark: YAMLNode.Mark?) {
    self.init(file: file, line: mark?.line ?? 0, column: mark?.column ?? 0)
  }
}
