import MeshModel

extension ValueForm where Value == String {
  static let string = ValueForm(
    type: .string,
    read: { node, _ in node.string },
    write: { .string($0) }
  )

  /// An IP address; if of an endpoint, findings tell the reason.
  static func ipAddress(ofEndpoint isOfEndpoint: Bool) -> ValueForm {
    ValueForm(
      type: .ipAddress(ofEndpoint: isOfEndpoint),
      read: string.read,
      write: string.write
    )
  }
}

extension ValueForm where Value == Bool {
  static let boolean = ValueForm(
    type: .boolean,
    read: { node, _ in node.scalar?.boolean },
    write: { .boolean($0) }
  )
}

extension ValueForm where Value: FixedWidthInteger & Sendable {
  /// A whole number; by default any that the type can hold, as far as 64 bits with a sign go.
  static func integer(
    _ range: ClosedRange<Int64> = Int64(clamping: Value.min)...Int64(clamping: Value.max)
  ) -> ValueForm {
    ValueForm(
      type: .integer(range),
      read: { node, _ in node.scalar?.integer.flatMap { Value(exactly: $0) } },
      write: { .integer(Int64(clamping: $0)) }
    )
  }
}

extension ValueForm where Value == UInt32 {
  /// What Istio holds in 32 bits with a sign.
  static let count = integer(0...Int64(Int32.max))
  static let percent = integer(0...100)
}

extension ValueForm where Value == UInt16 {
  static let port = integer(1...65_535)
  /// Istio's PortSelector.
  static let portSelector = port.inside("number", of: "PortSelector")
}

extension ValueForm where Value == Weight {
  static let weight = ValueForm<UInt32>.integer().mapped(
    to: { Weight(clamping: Int($0)) },
    from: \.value
  )
}

extension ValueForm where Value == Double {
  static let number = ValueForm(
    type: .number(nil),
    read: { node, _ in node.scalar?.number },
    write: { PlainValue(number: $0) }
  )
}

extension ValueForm where Value == Duration {
  static let duration = ValueForm(
    type: .duration,
    read: { node, _ in node.string.flatMap(DurationText.duration) },
    write: { .string(DurationText.text(of: $0)) }
  )
}

extension ValueForm where Value == Percentage {
  /// Istio's Percent; without a value, which is what it says, it is zero.
  static let percentage: ValueForm = {
    let inner = ValueForm(
      type: .number(0...100),
      read: { node, _ in
        node.scalar?.number.map { Percentage(perMillion: UInt32(($0 * 10_000).rounded())) }
      },
      write: { PlainValue(number: Double($0.perMillion) / 10_000) }
    ).inside("value", of: "Percent", isRequired: false)
    return ValueForm(
      type: inner.type,
      read: { node, notes in inner.read(node, &notes) ?? Percentage(perMillion: 0) },
      write: inner.write
    )
  }()

  /// The older form: whole percent.
  static let wholePercent = ValueForm(
    type: .integer(0...100),
    read: { node, _ in node.count.map { Percentage(perMillion: $0 * 10_000) } },
    write: { .integer(Int64($0.perMillion / 10_000)) }
  )
}

extension ValueForm
where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
  /// One of some words; others, such as `UNSPECIFIED`, may be there too and say nothing.
  static func words(besides others: [String] = []) -> ValueForm {
    ValueForm(
      type: .enumeration(others + Value.allCases.map(\.rawValue)),
      read: { node, _ in node.string.flatMap(Value.init) },
      write: { .string($0.rawValue) }
    )
  }
}

extension ValueForm where Value == [UInt8] {
  /// Bytes in base64, as JSON has them.
  static let bytes = ValueForm(
    type: .bytes,
    read: { node, _ in node.string.flatMap(Base64Text.bytes) },
    write: { .string(Base64Text.text(of: $0)) }
  )
}

extension ValueForm where Value == PlainValue {
  /// What nothing here looks into.
  static let anything = ValueForm(
    type: .anything,
    read: { node, _ in PlainValue(node) },
    write: { $0 }
  )
}

extension ValueForm where Value == [String] {
  static let strings = list(.string)

  /// One string with commas between the words, as Istio's `retryOn` is.
  static let commaSeparated = ValueForm<String>.string.mapped(
    to: { text in
      text.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
        .filter { !$0.isEmpty }
    },
    from: { $0.joined(separator: ",") }
  )
}

extension ValueForm where Value == [String: String] {
  static let stringMap = map(.string)
}

extension ValueForm where Value == [HeaderField] {
  /// Values by name, in the file's order.
  static let headerFields = orderedMap(
    ValueForm<String>.string,
    to: { HeaderField(name: $0, value: $1) },
    from: { ($0.name, $0.value) }
  )
}
