/// The fields of a kind of object.
struct ObjectSchema: Sendable {
  struct Field: Sendable {
    enum Use: Hashable, Sendable {
      case applied
      /// Says nothing that Weir would need; taken without a word.
      case ignored
      /// Weir leaves it out, and says so.
      case notApplied
      /// A condition that Weir can't hold: without it a match would catch more than was meant.
      case condition
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

  func field(_ name: String) -> Field? {
    fields.first { $0.name == name }
  }
}

extension ObjectSchema.Field {
  static func applied(_ name: String, _ type: FieldType) -> Self {
    Self(name: name, type: type, use: .applied, isRequired: false)
  }

  static func required(_ name: String, _ type: FieldType) -> Self {
    Self(name: name, type: type, use: .applied, isRequired: true)
  }

  static func ignored(_ name: String, _ type: FieldType = .anything) -> Self {
    Self(name: name, type: type, use: .ignored, isRequired: false)
  }

  static func notApplied(_ name: String, _ type: FieldType) -> Self {
    Self(name: name, type: type, use: .notApplied, isRequired: false)
  }

  static func condition(_ name: String, _ type: FieldType) -> Self {
    Self(name: name, type: type, use: .condition, isRequired: false)
  }
}
