import MeshModel

/// What the value of a field may be.
indirect enum FieldType: Sendable {
  case string
  case boolean
  case integer(ClosedRange<Int64>)
  /// In a range, or any that is.
  case number(ClosedRange<Double>?)
  /// Such as `1.5s` or `1m30s`.
  case duration
  /// In base64.
  case bytes
  /// An IP address; if of an endpoint, the reason is told.
  case ipAddress(ofEndpoint: Bool)
  case enumeration([String])
  case list(FieldType)
  /// Names of the operator's own, with values of one type.
  case map(FieldType)
  case object(ObjectSchema)
  /// Isn't looked into.
  case anything

  static let strings = FieldType.list(.string)

  /// What is wanted, for a sentence.
  var description: String {
    switch self {
    case .string: "a string"
    case .boolean: "true or false"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(nil): "a number"
    case .number(let range?):
      "a number from \(PlainValue(number: range.lowerBound).text) to "
        + PlainValue(number: range.upperBound).text
    case .duration: "a duration such as 1.5s"
    case .bytes: "bytes in base64"
    case .ipAddress: "an IP address"
    case .enumeration(let values): values.joined(separator: ", ")
    case .list(.string): "a list of strings"
    case .list(.object(let schema)): "a list of objects (\(schema.name))"
    case .list: "a list"
    case .map: "an object"
    case .object(let schema): "an object (\(schema.name))"
    case .anything: "anything"
    }
  }
}

extension PlainValue {
  fileprivate var text: String { YAMLScalarText.inline(self) }
}
