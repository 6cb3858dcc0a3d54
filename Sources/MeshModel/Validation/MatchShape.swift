/// A match in a form that can be held against another: what the rules' order hides is found with it.
///
/// Its answers are sound, not complete: `true` is certain, `false` may mean that it can't be told.
struct MatchShape {
  /// A condition on a text of the call that has a name.
  struct Part {
    /// A header's in lower case, `:authority`, `:scheme`, or `?` and a query parameter's.
    let name: String
    let condition: StringCondition

    /// Whether no call can meet both.
    func excludes(_ other: Part) -> Bool {
      name == other.name && condition.excludes(other.condition)
    }

    /// For a sentence.
    var shown: String {
      switch name.first {
      case ":": String(name.dropFirst())
      case "?": "query parameter \(name.dropFirst())"
      default: "header \(name)"
      }
    }
  }

  /// nil where every path will do.
  let uri: StringCondition?
  private let ignoresCase: Bool
  /// nil where the method is one that gRPC calls have.
  private let wrongMethod: String?
  let parts: [Part]
  let withoutHeaders: [Part]
  let port: UInt16?
  let sourceLabels: [String: String]
  let sourceNamespace: String?
  /// Whether it is for clients of the mesh, not for gateways alone.
  let isForMesh: Bool

  init(_ match: HTTPMatch, _ regexes: RegexTable) {
    uri = MatchShape.uri(match.uri, regexes)
    ignoresCase = match.ignoreURICase
    wrongMethod = match.method.flatMap { method in
      StringCondition(method, regexes).holds(for: "POST") ? nil : method.shown
    }
    parts = MatchShape.parts(of: match, regexes)
    withoutHeaders = match.withoutHeaders.map { MatchShape.part($0.name, $0.match, regexes) }
    port = match.port
    sourceLabels = match.sourceLabels
    sourceNamespace = match.sourceNamespace
    isForMesh = match.isForMesh
  }

  /// Whether it matches every call of the mesh.
  var isForEveryCall: Bool {
    canCover && uri == nil && parts.isEmpty && withoutHeaders.isEmpty && port == nil
      && sourceLabels.isEmpty && sourceNamespace == nil
  }

  /// Whether a call of the mesh may match it, as far as its method and gateways go.
  var canCover: Bool { wrongMethod == nil && isForMesh }

  /// Whether every call of the mesh that `other` matches is matched by it too.
  func covers(_ other: MatchShape) -> Bool {
    canCover && coversCaller(of: other) && coversURI(of: other)
      && parts.allSatisfy { wanted in
        other.parts.contains {
          $0.name == wanted.name && $0.condition.implies(wanted.condition)
        }
      }
      && withoutHeaders.allSatisfy(other.rulesOut)
  }

  /// Why no call can match it; nil where one may.
  var contradiction: String? {
    if let wrongMethod {
      return "the method of a gRPC call is always POST, and \(wrongMethod) is wanted"
    }
    if let uri, !uri.mayBeginWithSlash { return "a path begins with /, and the wanted one doesn't" }
    for (index, part) in parts.enumerated() {
      if parts[..<index].contains(where: { part.excludes($0) }) {
        return "the conditions on \(part.shown) contradict each other"
      }
      let isUnwanted = withoutHeaders.contains {
        $0.name == part.name && part.condition.implies($0.condition)
      }
      if isUnwanted { return "\(part.shown) is both wanted and unwanted" }
    }
    return nil
  }

  /// Whether no call that it matches has the part with a value that meets the condition.
  private func rulesOut(_ unwanted: Part) -> Bool {
    parts.contains { $0.excludes(unwanted) }
      || withoutHeaders.contains {
        $0.name == unwanted.name && unwanted.condition.implies($0.condition)
      }
  }

  private func coversCaller(of other: MatchShape) -> Bool {
    (port == nil || port == other.port)
      && (sourceNamespace == nil || sourceNamespace == other.sourceNamespace)
      && (sourceLabels.isEmpty || other.sourceLabels.hasAll(sourceLabels))
  }

  private func coversURI(of other: MatchShape) -> Bool {
    guard let uri else { return true }
    guard let otherURI = other.uri else { return false }
    if case .regex = uri {
      // Case makes no difference to a regular expression, but the other may stand for many texts.
      return !other.mayVaryInCase && otherURI.implies(uri)
    }
    if ignoresCase { return !otherURI.isRegex && otherURI.lowercased.implies(uri.lowercased) }
    if !other.mayVaryInCase { return otherURI.implies(uri) }
    guard case .prefix(let prefix) = uri, !prefix.hasASCIILetters else { return false }
    return otherURI.lowercased.implies(uri)
  }

  /// Whether its URI stands for texts that differ in case.
  private var mayVaryInCase: Bool {
    switch uri {
    case .exact(let text): ignoresCase && text.hasASCIILetters
    // What follows the prefix varies anyhow.
    case .prefix(let text): ignoresCase && text.hasASCIILetters
    case .present, .regex, nil: false
    }
  }

  private static func parts(of match: HTTPMatch, _ regexes: RegexTable) -> [Part] {
    var parts = match.headers.map { part($0.name, $0.match, regexes) }
    if let authority = match.authority { parts.append(part(":authority", authority, regexes)) }
    if let scheme = match.scheme { parts.append(part(":scheme", scheme, regexes)) }
    for parameter in match.queryParameters {
      let condition = StringCondition(parameter.match, regexes)
      parts.append(Part(name: "?\(parameter.name)", condition: condition))
    }
    return parts
  }

  private static func part(
    _ name: String,
    _ match: StringMatch,
    _ regexes: RegexTable
  ) -> Part {
    Part(name: name.asciiLowercased, condition: StringCondition(match, regexes))
  }

  private static func uri(_ match: StringMatch?, _ regexes: RegexTable) -> StringCondition? {
    guard let match, match != .prefix("/") else { return nil }
    let condition = StringCondition(match, regexes)
    if case .present = condition { return nil }
    return condition
  }
}

extension StringCondition {
  fileprivate var isRegex: Bool {
    if case .regex = self { true } else { false }
  }

  fileprivate var mayBeginWithSlash: Bool {
    switch self {
    case .exact(let text), .prefix(let text): text.utf8.first == UInt8(ascii: "/")
    case .present, .regex: true
    }
  }
}

extension StringMatch {
  /// The wanted text, for a sentence.
  fileprivate var shown: String {
    switch self {
    case .exact(let text): text
    case .prefix(let text): "\(text)..."
    case .regex(let text): text
    case .present: "any"
    }
  }
}
