import MeshModel

/// Translates one match of a rule into route matches, any of which must hold.
struct MatchTranslation {
  /// So many headers that must not match make two to the power of their number of routes.
  static let mostExpandedHeaders = 6

  let profile: NodeProfile
  /// Sentences for the operator.
  private(set) var obstacles: [String] = []

  init(profile: NodeProfile) {
    self.profile = profile
  }

  /// Translates a match; an empty result means that no call can match, or that the client can't.
  mutating func translate(_ match: HTTPMatch) -> [RouteMatch] {
    guard isForItsCallers(match), let headers = pseudoHeaders(of: match),
      let parameters = queryParameters(of: match)
    else { return [] }
    guard isValid(match.uri), let (path, caseSensitive) = path(of: match) else { return [] }
    guard let matchers = translate(headers + match.headers), let absences = expand(match) else {
      return []
    }
    return absences.map {
      RouteMatch(
        path: path,
        caseSensitive: caseSensitive,
        headers: matchers + $0,
        queryParameters: parameters
      )
    }
  }

  /// All clients of a profile get the same routes, so one that isn't for all of them is for none.
  private mutating func isForItsCallers(_ match: HTTPMatch) -> Bool {
    if !match.isForMesh {
      obstacles.append("the match is for gateways only; it is left out")
      return false
    }
    guard match.sourceLabels.isEmpty, match.sourceNamespace == nil else {
      obstacles.append(
        "a match on the caller itself (sourceLabels, sourceNamespace) is for some clients only, and "
          + "all are sent the same routes; the match is left out"
      )
      return false
    }
    return true
  }

  /// The method, the authority and the scheme as the headers they are; nil where no call can match.
  private mutating func pseudoHeaders(of match: HTTPMatch) -> [HeaderMatch]? {
    let wanted = [
      (":method", match.method), (":authority", match.authority), (":scheme", match.scheme),
    ].compactMap { name, match in match.map { HeaderMatch(name: name, match: $0) } }
    guard !profile.matchesPseudoHeaders else { return wanted }
    if let method = match.method, !holdsForPost(method) {
      obstacles.append("a gRPC call's method is always POST, so a match on another never holds")
      return nil
    }
    for (name, part) in [("authority", match.authority), ("scheme", match.scheme)] where part != nil
    {
      obstacles.append("\(profile.clientName) doesn't match on the \(name); the match is left out")
      return nil
    }
    return []
  }

  /// nil where no call can match.
  private mutating func queryParameters(of match: HTTPMatch) -> [QueryParameterMatcher]? {
    guard !match.queryParameters.isEmpty else { return [] }
    guard profile.matchesQueryParameters else {
      obstacles.append(
        "\(profile.clientName) doesn't match on query parameters; the match is left out"
      )
      return nil
    }
    var matchers: [QueryParameterMatcher] = []
    for parameter in match.queryParameters {
      guard isValid(parameter.match) else { return nil }
      let condition: QueryParameterMatcher.Condition =
        switch parameter.match {
        case .exact(let text): .exact(text)
        // Envoy refuses an empty prefix.
        case .prefix(""), .regex(""), .regex(".*"), .present: .present
        case .prefix(let text): .prefix(text)
        case .regex(let source): .regex(source)
        }
      matchers.append(QueryParameterMatcher(name: parameter.name, condition: condition))
    }
    return matchers
  }

  /// gRPC calls are always POST, and gRPC clients can't match on the method, so it is decided here.
  private mutating func holdsForPost(_ match: StringMatch) -> Bool {
    switch match {
    case .exact(let text): text == "POST"
    case .prefix(let text): "POST".hasPrefix(text)
    case .regex(let source): pattern(source)?.matches("POST") ?? false
    case .present: true
    }
  }

  /// nil where the client can't match it.
  private mutating func path(
    of match: HTTPMatch
  ) -> (path: RouteMatch.Path, caseSensitive: Bool)? {
    let (path, caseSensitive): (RouteMatch.Path, Bool) =
      switch match.uri {
      case nil, .present: (.prefix("/"), true)
      case .exact(let path): (.exact(path), !match.ignoreURICase)
      case .prefix(let prefix): (.prefix(prefix), !match.ignoreURICase)
      case .regex(let source): (.regex(source), true)
      }
    guard profile.matchesMethodNames else { return (path, caseSensitive) }
    guard let rewritten = path.forMethodNames else {
      obstacles.append(
        "\(profile.clientName) sees a path's last part only, and the one wanted can't be told by "
          + "it; the match is left out"
      )
      return nil
    }
    return (rewritten, caseSensitive)
  }

  private mutating func translate(_ headers: [HeaderMatch]) -> [HeaderMatcher]? {
    var matchers: [HeaderMatcher] = []
    for header in headers {
      guard isPossible(header) else { return nil }
      matchers.append(matcher(header))
    }
    return matchers
  }

  private mutating func isPossible(_ header: HeaderMatch) -> Bool {
    guard isValid(header.match) else { return false }
    let obstacle =
      profile.obstacle(toHeader: header.name.lowercased())
      ?? profile.obstacle(to: matcher(header).condition, ofHeader: header.name)
    guard let obstacle else { return true }
    obstacles.append("\(obstacle); the match is left out")
    return false
  }

  private func matcher(_ header: HeaderMatch, invert: Bool = false) -> HeaderMatcher {
    let condition: HeaderMatcher.Condition =
      switch header.match {
      case .exact(let text): .exact(text)
      // Envoy refuses an empty prefix; Istio takes `.*` and the empty regex for presence.
      case .prefix(""), .regex(""), .regex(".*"), .present: .present(true)
      case .prefix(let text): .prefix(text)
      case .regex(let source): .regex(source)
      }
    return HeaderMatcher(name: header.name.lowercased(), condition: condition, invert: invert)
  }

  /// The alternatives for headers that must be absent or not match.
  ///
  /// An absent header never matches by inversion, so each header has two alternatives (absent, or
  /// there and not matching), and n of them two to the power of n; nil where no call can match.
  private mutating func expand(_ match: HTTPMatch) -> [[HeaderMatcher]]? {
    let required = Set(match.headers.map { $0.name.lowercased() })
    var unwanted: [(name: String, matchers: [HeaderMatcher])] = []
    for header in match.withoutHeaders {
      guard isPossible(header) else { return nil }
      let matcher = matcher(header, invert: true)
      if let index = unwanted.firstIndex(where: { $0.name == matcher.name }) {
        unwanted[index].matchers.append(matcher)
      } else {
        unwanted.append((matcher.name, [matcher]))
      }
    }
    let alternatives = unwanted.map { name, matchers in
      choices(matchers, mayBeAbsent: !required.contains(name))
    }
    guard alternatives.count(where: { $0.count > 1 }) <= Self.mostExpandedHeaders else {
      obstacles.append(
        "a match has \(alternatives.count) headers that must not match; "
          + "want \(Self.mostExpandedHeaders) at most; it is left out"
      )
      return nil
    }
    return alternatives.reduce([[]]) { combined, choices in
      combined.flatMap { head in choices.map { head + $0 } }
    }
  }

  private func choices(
    _ matchers: [HeaderMatcher],
    mayBeAbsent: Bool
  ) -> [[HeaderMatcher]] {
    let absent = HeaderMatcher(name: matchers[0].name, condition: .present(true), invert: true)
    guard !matchers.contains(absent) else { return mayBeAbsent ? [[absent]] : [] }
    guard mayBeAbsent else { return [matchers] }
    // As empty text an absent header doesn't meet the condition, so the inversion matches it; unless
    // empty text meets the condition.
    guard profile.canTakeMissingForEmpty, !matchers.contains(where: \.condition.holdsForEmpty)
    else {
      return [[absent], matchers]
    }
    return [
      matchers.map {
        HeaderMatcher(
          name: $0.name,
          condition: $0.condition,
          invert: true,
          takesMissingForEmpty: true
        )
      }
    ]
  }

  private mutating func isValid(_ match: StringMatch?) -> Bool {
    guard case .regex(let source)? = match else { return true }
    return pattern(source) != nil
  }

  /// A client refuses all routes for one bad pattern, so such a match is left out.
  private mutating func pattern(_ source: String) -> RE2Pattern? {
    do {
      return try RE2Pattern(source)
    } catch {
      obstacles.append("\(error.message); the match is left out")
      return nil
    }
  }
}

extension HeaderMatcher.Condition {
  /// Whether an empty value meets it.
  fileprivate var holdsForEmpty: Bool {
    switch self {
    case .exact(let text), .prefix(let text), .suffix(let text), .contains(let text): text.isEmpty
    case .regex(let source): (try? RE2Pattern(source))?.matches("") ?? false
    case .range: false
    case .present(let present): present
    }
  }
}
