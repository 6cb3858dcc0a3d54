/// The fields that an object may have.
struct ObjectSchema: Sendable {
  struct Field: Sendable {
    enum Use: Hashable, Sendable {
      case applied
      /// Nothing acts upon it, which is told.
      case notApplied
    }

    let name: String
    let type: FieldType
    let use: Use
    let isRequired: Bool
  }

  /// Istio's name for it, such as `HTTPRoute`.
  let name: String
  let fields: [Field]
  /// Sets of fields of which at most one may be there.
  var exclusive: [[String]] = []
  /// Sets of fields of which one must be there.
  var needed: [[String]] = []

  func field(_ name: String) -> Field? {
    fields.first { $0.name == name }
  }
}
