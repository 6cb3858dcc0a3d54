import MeshModel
import XDSCore

/// Matches a call's path.
enum PathMatcher: Sendable {
  /// A prefix that every path has.
  case always
  case prefix([UInt8])
  case exact([UInt8])
  case prefixIgnoringCase([UInt8])
  case exactIgnoringCase([UInt8])
  case regex(RE2Pattern)
  /// A pattern that can't be read.
  case never

  /// Compiles a path condition; case makes no difference to a regular expression, as in Envoy and
  /// gRPC.
  init(_ path: RouteMatch.Path, caseSensitive: Bool) {
    switch path {
    case .prefix(""), .prefix("/"):
      self = .always
    case .prefix(let text):
      self = caseSensitive ? .prefix(Array(text.utf8)) : .prefixIgnoringCase(text.lowercasedBytes)
    case .exact(let text):
      self = caseSensitive ? .exact(Array(text.utf8)) : .exactIgnoringCase(text.lowercasedBytes)
    case .regex(let source):
      self = (try? RE2Pattern(source)).map(PathMatcher.regex) ?? .never
    }
  }

  func matches(_ path: String) -> Bool {
    switch self {
    case .always: true
    case .prefix(let prefix): path.withBytes { $0.begins(with: prefix) }
    case .exact(let exact): path.withBytes { $0.equals(exact) }
    case .prefixIgnoringCase(let prefix): path.withBytes { $0.beginsIgnoringCase(with: prefix) }
    case .exactIgnoringCase(let exact):
      path.withBytes { $0.count == exact.count && $0.beginsIgnoringCase(with: exact) }
    case .regex(let pattern): pattern.matches(path)
    case .never: false
    }
  }
}
