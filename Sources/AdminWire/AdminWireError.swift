/// Why a message of the admin API can't be understood.
package struct AdminWireError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was found, what was wanted and in which field.
  package let description: String

  init(_ description: String) {
    self.description = description
  }

  static func missing(_ field: String) -> AdminWireError {
    AdminWireError("\(field) is missing")
  }
}

/// A field's value, or the error that it isn't there.
func wanted<Value>(_ value: Value?, _ field: String) throws(AdminWireError) -> Value {
  guard let value else { throw .missing(field) }
  return value
}

/// A field's value as a port number.
func port(_ value: UInt32, _ field: String) throws(AdminWireError) -> UInt16 {
  guard let port = UInt16(exactly: value) else {
    throw AdminWireError("\(field) is \(value); want a port number from 0 to 65535")
  }
  return port
}

/// Ports by ports.
func ports(_ values: [UInt32: UInt32], _ field: String) throws(AdminWireError) -> [UInt16: UInt16] {
  var result: [UInt16: UInt16] = [:]
  for (key, value) in values { result[try port(key, field)] = try port(value, field) }
  return result
}

extension Array {
  /// `map` that keeps the type of the error.
  func mapped<Result>(
    _ transform: (Element) throws(AdminWireError) -> Result
  ) throws(AdminWireError) -> [Result] {
    var result: [Result] = []
    result.reserveCapacity(count)
    for element in self { result.append(try transform(element)) }
    return result
  }
}
