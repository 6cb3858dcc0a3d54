/// Values of nodes that a ``SchemaCheck`` found nothing wrong with.
extension YAMLNode {
  var string: String? { scalar?.text }

  var strings: [String] { elements.compactMap(\.string) }

  var stringMap: [String: String] {
    var map: [String: String] = [:]
    for field in fields { map[field.name] = field.value.string }
    return map
  }

  var port: UInt16? { scalar?.integer.flatMap { UInt16(exactly: $0) } }

  var count: UInt32? { scalar?.integer.flatMap { UInt32(exactly: $0) } }
}
