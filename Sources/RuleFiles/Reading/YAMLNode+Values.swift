/// Values of nodes that a ``SchemaCheck`` found nothing wrong with.
extension YAMLNode {
  var string: String? { scalar?.text }

  var count: UInt32? { scalar?.integer.flatMap { UInt32(exactly: $0) } }
}
