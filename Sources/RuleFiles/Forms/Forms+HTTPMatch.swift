import MeshModel

/// The forms of all types that stand in files.
enum Forms {}

extension Forms {
  static let stringMatch = ObjectForm(
    "StringMatch",
    // Istio writes any value as an empty match.
    start: StringMatch.present,
    exclusive: [["exact", "prefix", "regex"]],
    [
      .optional("exact", \.exactText, .string),
      .optional("prefix", \.prefixText, .string),
      .optional("regex", \.regexText, .string),
    ]
  )

  private static let conditions = ValueForm<[HeaderMatch]>.orderedMap(
    .object(stringMatch),
    to: { HeaderMatch(name: $0, match: $1) },
    from: { ($0.name, $0.match) }
  )

  static let httpMatch = ObjectForm(
    "HTTPMatchRequest",
    start: HTTPMatch(),
    [
      .optional("name", \.name, .string),
      .optional("uri", \.uri, .object(stringMatch)),
      .optional("scheme", \.scheme, .object(stringMatch)),
      .optional("method", \.method, .object(stringMatch)),
      .optional("authority", \.authority, .object(stringMatch)),
      .several("headers", \.headers, conditions),
      .optional("port", \.port, .port),
      .several("sourceLabels", \.sourceLabels, .stringMap),
      .several("gateways", \.gateways, .strings).reading { node, match, notes in
        guard !match.isForMesh else { return }
        let message = "not applied: this match is for gateways only; want `mesh` among them"
        notes.add(.warning, .notApplied, node.mark, message)
      },
      .several("queryParams", \.queryParameters, conditions),
      .field("ignoreUriCase", \.ignoreURICase, .boolean, unless: false),
      .several("withoutHeaders", \.withoutHeaders, conditions),
      .optional("sourceNamespace", \.sourceNamespace, .string),
      .optional("statPrefix", \.statPrefix, .string),
    ]
  )
}

extension StringMatch {
  fileprivate var exactText: String? {
    get { if case .exact(let text) = self { text } else { nil } }
    set { if let newValue { self = .exact(newValue) } }
  }

  fileprivate var prefixText: String? {
    get { if case .prefix(let text) = self { text } else { nil } }
    set { if let newValue { self = .prefix(newValue) } }
  }

  fileprivate var regexText: String? {
    get { if case .regex(let text) = self { text } else { nil } }
    set { if let newValue { self = .regex(newValue) } }
  }
}
