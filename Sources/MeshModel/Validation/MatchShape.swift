/// A match in a form that can be held against another: what the rules' order hides is found with it.
///
/// Its answers are sound, not complete: `true` is certain, `false` may mean that it can't be told.
struct MatchShape {
  private struct Header {
    /// Lower case.
    let name: String
    let condition: StringCondition

    init(_ header: HeaderMatch) {
      name = header.name.lowercased()
      condition = StringCondition(header.match)
    }

    /// Whether no call can meet both.
    func excludes(_ other: Header) -> Bool {
      name == other.name && condition.excludes(other.condition)
    }
  }

  /// nil where every path will do.
  private let uri: StringCondition?
  private let ignoresCase: Bool
  /// nil where the method is one that gRPC calls have.
  private let wrongMethod: String?
  private let headers: [Header]
  private let withoutHeaders: [Header]

  init(_ match: HTTPMatch) {
    uri = MatchShape.uri(match.uri)
    ignoresCase = match.ignoreURICase
    wrongMethod = match.method.flatMap { method in
      StringCondition(method).holds(for: "POST") ? nil : method.shown
    }
    headers = match.headers.map(Header.init)
    withoutHeaders = match.withoutHeaders.map(Header.init)
  }

  /// Whether it matches every call.
  var isForEveryCall: Bool { covers(MatchShape(HTTPMatch())) }

  /// Whether every call that `other` matches is matched by it too.
  func covers(_ other: MatchShape) -> Bool {
    wrongMethod == nil && coversURI(of: other)
      && headers.allSatisfy { wanted in
        other.headers.contains { $0.name == wanted.name && $0.condition.implies(wanted.condition) }
      }
      && withoutHeaders.allSatisfy(other.rulesOut)
  }

  /// Why no call can match it; nil where one may.
  var contradiction: String? {
    if let wrongMethod {
      return "the method of a gRPC call is always POST, and \(wrongMethod) is wanted"
    }
    if let uri, !uri.mayBeginWithSlash { return "a path begins with /, and the wanted one doesn't" }
    for (index, header) in headers.enumerated() {
      if headers[..<index].contains(where: { header.excludes($0) }) {
        return "the conditions on header \(header.name) contradict each other"
      }
      let isUnwanted = withoutHeaders.contains {
        $0.name == header.name && header.condition.implies($0.condition)
      }
      if isUnwanted { return "header \(header.name) is both wanted and unwanted" }
    }
    return nil
  }

  /// Whether no call that it matches has the header with a value that meets the condition.
  private func rulesOut(_ header: Header) -> Bool {
    headers.contains { $0.excludes(header) }
      || withoutHeaders.contains {
        $0.name == header.name && header.condition.implies($0.condition)
      }
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

  private static func uri(_ match: StringMatch?) -> StringCondition? {
    guard let match, match != .prefix("/") else { return nil }
    let condition = StringCondition(match)
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
