extension HTTPMatch {
  /// What a rule without conditions is written as.
  package static let anyRequest = "any request"

  /// The one-line form of a rule's matches, which ``parse(_:)`` reads back.
  ///
  /// `user=admin` exact, `user^=adm` prefix, `user~=re.*` regular expression, `user` present,
  /// `!user=admin` and `!user` without; `uri=/api.Greeter/SayHello` and `method=POST` take the same
  /// operators, as do `scheme=https`, `authority=greeter:80` and `?page=1` for a query parameter;
  /// `header:uri=x` is a header of that name. `port=80` is the port that was dialled,
  /// `source:app=web` a label and `namespace=shop` the namespace of the caller, `gateway=shop/edge`
  /// a gateway that the match is for, `stat-prefix=x` what Envoy counts under. Terms joined by blanks
  /// must all hold; of alternatives joined by ` | ` one must. Values with blanks stand in double
  /// quotes, and so do names of parameters and labels with one of `=^~!|":` in them.
  package static func text(of matches: [HTTPMatch]) -> String {
    matches.isEmpty ? anyRequest : matches.map(\.text).joined(separator: " | ")
  }

  private var text: String {
    var terms: [String] = []
    if let name { terms.append("name:\(MatchValue.text(name))") }
    if let uri { terms.append(HTTPMatch.term("uri", uri)) }
    if ignoreURICase { terms.append(MatchKeyword.ignoreURICase) }
    if let method { terms.append(HTTPMatch.term("method", method)) }
    if let scheme { terms.append(HTTPMatch.term("scheme", scheme)) }
    if let authority { terms.append(HTTPMatch.term("authority", authority)) }
    terms += headers.map { HTTPMatch.headerTerm($0) }
    terms += withoutHeaders.map { "!" + HTTPMatch.headerTerm($0) }
    terms += queryParameters.map { HTTPMatch.term("?\(MatchValue.name($0.name))", $0.match) }
    terms += callerTerms
    return terms.isEmpty ? HTTPMatch.anyRequest : terms.joined(separator: " ")
  }

  private var callerTerms: [String] {
    var terms: [String] = []
    if let port { terms.append("port=\(port)") }
    terms += sourceLabels.sorted { $0.key < $1.key }.map { name, value in
      "source:\(MatchValue.name(name))=\(MatchValue.text(value))"
    }
    if let sourceNamespace { terms.append("namespace=\(MatchValue.text(sourceNamespace))") }
    terms += gateways.map { "gateway=\(MatchValue.text($0))" }
    if let statPrefix { terms.append("stat-prefix=\(MatchValue.text(statPrefix))") }
    return terms
  }

  private static func headerTerm(_ header: HeaderMatch) -> String {
    let needsPrefix = MatchKeyword.all.contains(header.name)
    return term(needsPrefix ? "header:\(header.name)" : header.name, header.match)
  }

  private static func term(_ name: String, _ match: StringMatch) -> String {
    switch match {
    case .exact(let value): "\(name)=\(MatchValue.text(value))"
    case .prefix(let value): "\(name)^=\(MatchValue.text(value))"
    case .regex(let value): "\(name)~=\(MatchValue.text(value))"
    case .present: name
    }
  }
}

/// Words that don't name a header unless `header:` stands before them.
enum MatchKeyword {
  static let ignoreURICase = "ignore-uri-case"
  static let port = "port"
  static let namespace = "namespace"
  static let gateway = "gateway"
  static let statPrefix = "stat-prefix"
  /// `any` begins `any request`.
  static let all: Set<String> = [
    "uri", "method", "scheme", "authority", port, namespace, gateway, statPrefix, "any",
    ignoreURICase,
  ]

  /// The part of a call that a keyword stands for and that takes every operator; nil for others.
  static func part(_ name: String) -> WritableKeyPath<HTTPMatch, StringMatch?>? {
    switch name {
    case "uri": \.uri
    case "method": \.method
    case "scheme": \.scheme
    case "authority": \.authority
    default: nil
    }
  }
}

/// A value of the one-line form: as it is, or in double quotes with `\"` and `\\`.
enum MatchValue {
  /// What ends a name that doesn't stand in quotes.
  static let nameEnds = "=^~!|\":".unicodeScalars

  static func text(_ value: String) -> String {
    let needsQuotes = value.unicodeScalars.contains { $0.properties.isWhitespace || $0 == "\"" }
    return value.isEmpty || needsQuotes ? quoted(value) : value
  }

  /// The name of a query parameter or a label.
  static func name(_ name: String) -> String {
    let needsQuotes = name.unicodeScalars.contains {
      $0.properties.isWhitespace || nameEnds.contains($0)
    }
    return name.isEmpty || needsQuotes ? quoted(name) : name
  }

  private static func quoted(_ value: String) -> String {
    var quoted = "\""
    for scalar in value.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
