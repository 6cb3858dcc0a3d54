/// A place in a bootstrap document: reads fields and says precisely what is wrong with them.
struct BootstrapReader {
  let source: String
  let path: String
  let value: JSONValue

  func object() throws(BootstrapError) -> [String: JSONValue] {
    guard case .object(let fields) = value else { throw wrongType(wanted: "an object") }
    return fields
  }

  func string() throws(BootstrapError) -> String {
    guard case .string(let text) = value else { throw wrongType(wanted: "a string") }
    return text
  }

  func list() throws(BootstrapError) -> [BootstrapReader] {
    guard case .array(let values) = value else { throw wrongType(wanted: "a list") }
    return values.enumerated().map { index, value in
      BootstrapReader(source: source, path: "\(path)[\(index)]", value: value)
    }
  }

  /// The field of that name; nil where it is absent or null.
  func optional(_ name: String) throws(BootstrapError) -> BootstrapReader? {
    let fields = try object()
    guard let value = fields[name], value != .null else { return nil }
    return BootstrapReader(
      source: source,
      path: path.isEmpty ? name : "\(path).\(name)",
      value: value
    )
  }

  func required(_ name: String, wanted: String) throws(BootstrapError) -> BootstrapReader {
    if let field = try optional(name) { return field }
    throw BootstrapError(
      .missingField,
      source: source,
      path: path.isEmpty ? name : "\(path).\(name)",
      found: "is missing",
      wanted: wanted
    )
  }

  func failure(
    _ code: BootstrapError.Code,
    found: String,
    wanted: String
  ) -> BootstrapError {
    BootstrapError(code, source: source, path: path, found: found, wanted: wanted)
  }

  private func wrongType(wanted: String) -> BootstrapError {
    failure(.wrongType, found: "is \(value.kind)", wanted: wanted)
  }
}
