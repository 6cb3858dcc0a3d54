package import MeshModel

/// A call's request headers, as the matchers of a ``RouteTable`` ask for them.
package protocol HeaderLookup {
  /// The value of a header, or nil where it is absent.
  ///
  /// Several values of one name are joined with `,` in order, as gRPC does. Only lower-case names of
  /// text headers are asked for: never pseudo-headers, `content-type` or names that end in `-bin`.
  func headerValue(named name: String) -> String?
}

/// The headers of a call as a list.
package struct HeaderFields: HeaderLookup, Hashable, Sendable {
  package var fields: [HeaderField]

  package init(_ fields: [HeaderField]) {
    self.fields = fields
  }

  package func headerValue(named name: String) -> String? {
    var value: String?
    for index in fields.indices where fields[index].name == name {
      if let earlier = value {
        value = "\(earlier),\(fields[index].value)"
      } else {
        value = fields[index].value
      }
    }
    return value
  }
}
