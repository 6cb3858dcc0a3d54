/// What the value of a field may be.
indirect enum FieldType: Sendable {
  case string
  case boolean
  case integer(ClosedRange<Int64>)
  case number
  /// Such as `1.5s` or `1m30s`.
  case duration
  /// An IP address; if of an endpoint, the reason is told.
  case ipAddress(ofEndpoint: Bool)
  case enumeration([String])
  case list(FieldType)
  /// Names of the operator's own, with values of one type.
  case map(FieldType)
  case object(ObjectSchema)
  /// Isn't looked into.
  case anything

  static let port = FieldType.integer(1...65_535)
  static let weight = FieldType.integer(0...Int64(UInt32.max))
  static let strings = FieldType.list(.string)
  static let stringMap = FieldType.map(.string)

  /// What is wanted, for a sentence.
  var description: String {
    switch self {
    case .string: "a string"
    case .boolean: "true or false"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number: "a number"
    case .duration: "a duration such as 1.5s"
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
