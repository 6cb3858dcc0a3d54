/// A value as JSON knows it, for parts of an object that nothing here looks into.
package indirect enum PlainValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case list([PlainValue])
  /// In the order of the file, each name once.
  case object([Field])

  package struct Field: Hashable, Sendable {
    package var name: String
    package var value: PlainValue

    package init(_ name: String, _ value: PlainValue) {
      self.name = name
      self.value = value
    }
  }
}

/// What an object says beyond what Weir acts upon: kept, so that it can be written out as it came.
package struct KeptFields: Hashable, Sendable {
  /// The metadata's.
  package var labels: [String: String]
  package var annotations: [String: String]
  /// Fields of the `spec` that are not applied, such as `tcp`, by name.
  package var spec: [String: PlainValue]

  package init(
    labels: [String: String] = [:],
    annotations: [String: String] = [:],
    spec: [String: PlainValue] = [:]
  ) {
    self.labels = labels
    self.annotations = annotations
    self.spec = spec
  }
}
