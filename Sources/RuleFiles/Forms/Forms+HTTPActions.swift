import MeshModel

extension Forms {
  static let redirect = ObjectForm(
    "HTTPRedirect",
    start: HTTPRedirect(),
    exclusive: [["port", "derivePort"], ["uri", "prefixRewrite"]],
    [
      .optional("uri", \.wholePath, .string),
      .optional("prefixRewrite", \.pathPrefix, .string),
      .optional("authority", \.authority, .string),
      .optional("port", \.portNumber, .port),
      .optional("derivePort", \.derivedPort, .words()),
      .optional("scheme", \.scheme, .string),
      .optional("redirectCode", \.code, .integer(300...399)),
    ]
  )

  static let directResponse = ObjectForm(
    "HTTPDirectResponse",
    start: HTTPDirectResponse(status: 200),
    [
      .required("status", \.status, .integer(200...599)),
      .optional("body", \.body, .object(body)),
    ]
  )

  private static let body = ObjectForm(
    "HTTPBody",
    start: HTTPDirectResponse.Body.text(""),
    exclusive: [["string", "bytes"]],
    [.optional("string", \.text, .string), .optional("bytes", \.bytes, .bytes)]
  )

  /// Its namespace is by default that of the VirtualService around it, and is always written.
  static let delegate: ValueForm<ResourceName> = {
    struct Fields: Sendable {
      var name = ""
      var namespace = ""
    }
    let form = ObjectForm(
      "Delegate",
      start: Fields(),
      [.required("name", \.name, .string), .always("namespace", \.namespace, .string)]
    )
    return ValueForm(
      type: .object(form.schema),
      read: { node, notes in
        let fields = form.read(node, &notes)
        let namespace = fields.namespace.isEmpty ? notes.namespace : fields.namespace
        return ResourceName(namespace: namespace, name: fields.name)
      },
      write: { form.write(Fields(name: $0.name, namespace: $0.namespace)) }
    )
  }()

  static let rewrite: ObjectForm<HTTPRewrite> = {
    let regex = ObjectForm(
      "RegexRewrite",
      start: RegexRewrite(),
      [.always("match", \.match, .string), .always("rewrite", \.substitution, .string)]
    )
    return ObjectForm(
      "HTTPRewrite",
      start: HTTPRewrite(),
      exclusive: [["uri", "uriRegexRewrite"]],
      [
        .optional("uri", \.pathPrefix, .string),
        .optional("authority", \.authority, .string),
        .optional("uriRegexRewrite", \.pathRegex, .object(regex)),
      ]
    )
  }()

  static let retries = ObjectForm(
    "HTTPRetry",
    start: HTTPRetry(attempts: 0),
    [
      .always("attempts", \.attempts, .count),
      .optional("perTryTimeout", \.perTryTimeout, .duration),
      .several("retryOn", \.retryOn, .commaSeparated),
      .optional("retryRemoteLocalities", \.retryRemoteLocalities, .boolean),
      .optional("retryIgnorePreviousHosts", \.retryIgnorePreviousHosts, .boolean),
      .optional("backoff", \.backoff, .duration),
    ]
  )

  static let mirror = ObjectForm(
    "HTTPMirrorPolicy",
    start: HTTPMirror(destination: destination.start),
    [
      .within("destination", \.destination, destination),
      .field("percentage", \.percentage, .percentage, unless: .all),
    ]
  )

  static let corsPolicy = ObjectForm(
    "CorsPolicy",
    start: CORSPolicy(),
    exclusive: [["allowOrigin", "allowOrigins"]],
    [
      .old("allowOrigin", .strings) { $1.allowOrigins = $0.map { StringMatch.exact($0) } },
      .several("allowOrigins", \.allowOrigins, .list(.object(stringMatch))),
      .several("allowMethods", \.allowMethods, .strings),
      .several("allowHeaders", \.allowHeaders, .strings),
      .several("exposeHeaders", \.exposeHeaders, .strings),
      .optional("maxAge", \.maxAge, .duration),
      .optional("allowCredentials", \.allowCredentials, .boolean),
      .optional(
        "unmatchedPreflights",
        \.unmatchedPreflights,
        .words(besides: ["UNSPECIFIED"])
      ),
    ]
  )

  static let headerChanges: ObjectForm<HeaderChanges> = {
    let operations = ObjectForm(
      "HeaderOperations",
      start: HeaderChanges.Operations(),
      [
        .several("set", \.set, .headerFields),
        .several("add", \.add, .headerFields),
        .several("remove", \.remove, .strings),
      ]
    )
    let nothing = HeaderChanges.Operations()
    return ObjectForm(
      "Headers",
      start: HeaderChanges(),
      [
        .field("request", \.request, .object(operations), unless: nothing),
        .field("response", \.response, .object(operations), unless: nothing),
      ]
    )
  }()
}

/// Istio's words for ports that nobody names.
private enum DerivedPort: String, CaseIterable {
  case fromProtocolDefault = "FROM_PROTOCOL_DEFAULT"
  case fromRequestPort = "FROM_REQUEST_PORT"
}

extension HTTPRedirect {
  fileprivate var wholePath: String? {
    get { if case .whole(let text) = path { text } else { nil } }
    set { path = newValue.map(Path.whole) }
  }

  fileprivate var pathPrefix: String? {
    get { if case .prefix(let text) = path { text } else { nil } }
    set { path = newValue.map(Path.prefix) }
  }

  fileprivate var portNumber: UInt16? {
    get { if case .number(let number) = port { number } else { nil } }
    set { port = newValue.map(Port.number) }
  }

  fileprivate var derivedPort: DerivedPort? {
    get {
      switch port {
      case .fromProtocolDefault: .fromProtocolDefault
      case .fromRequestPort: .fromRequestPort
      case .number, nil: nil
      }
    }
    set {
      switch newValue {
      case .fromProtocolDefault: port = .fromProtocolDefault
      case .fromRequestPort: port = .fromRequestPort
      case nil: port = nil
      }
    }
  }
}

extension HTTPDirectResponse.Body {
  fileprivate var text: String? {
    get { if case .text(let text) = self { text } else { nil } }
    set { if let newValue { self = .text(newValue) } }
  }

  fileprivate var bytes: [UInt8]? {
    get { if case .bytes(let bytes) = self { bytes } else { nil } }
    set { if let newValue { self = .bytes(newValue) } }
  }
}

/// Istio's RegexRewrite.
private struct RegexRewrite: Sendable {
  var match = ""
  var substitution = ""
}

extension HTTPRewrite {
  fileprivate var pathPrefix: String? {
    get { if case .prefix(let text) = path { text } else { nil } }
    set { path = newValue.map(Path.prefix) }
  }

  fileprivate var pathRegex: RegexRewrite? {
    get {
      guard case .regex(let match, let substitution) = path else { return nil }
      return RegexRewrite(match: match, substitution: substitution)
    }
    set { path = newValue.map { .regex(match: $0.match, substitution: $0.substitution) } }
  }
}
