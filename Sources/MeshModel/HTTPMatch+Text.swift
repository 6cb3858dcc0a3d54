extension HTTPMatch {
  /// What a rule without conditions is written as.
  package static let anyRequest = "any request"

  /// The one-line form of a rule's matches, which ``parse(_:)`` reads back.
  ///
  /// `user=admin` exact, `user^=adm` prefix, `user~=re.*` regular expression, `user` present,
  /// `!user=admin` and `!user` without; `uri=/api.Greeter/SayHello` and `method=POST` take the same
  /// operators, and `header:uri=x` is a header of that name. Terms joined by blanks must all hold;
  /// of alternatives joined by ` | ` one must. Values with blanks stand in double quotes.
  package static func text(of matches: [HTTPMatch]) -> String {
    matches.isEmpty ? anyRequest : matches.map(\.text).joined(separator: " | ")
  }

  private var text: String {
    var terms: [String] = []
    if let name { terms.append("name:\(MatchValue.text(name))") }
    if let uri { terms.append(HTTPMatch.term("uri", uri)) }
    if ignoreURICase { terms.append(MatchKeyword.ignoreURICase) }
    if let method { terms.append(HTTPMatch.term("method", method)) }
    terms += headers.map { HTTPMatch.headerTerm($0) }
    terms += withoutHeaders.map { "!" + HTTPMatch.headerTerm($0) }
    return terms.isEmpty ? HTTPMatch.anyRequest : terms.joined(separator: " ")
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
  /// `any` begins `any request`.
  static let all: Set<String> = ["uri", "method", "any", ignoreURICase]
}

/// A value of the one-line form: as it is, or in double quotes with `\"` and `\\`.
enum MatchValue {
  static func text(_ value: String) -> String {
    let needsQuotes = value.unicodeScalars.contains { $0.properties.isWhitespace || $0 == "\"" }
    guard value.isEmpty || needsQuotes else { return value }
    var quoted = "\""
    for scalar in value.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
