import XDSCore

/// Matches one query parameter, as Envoy does: its first value, as it is written in the URL.
struct CompiledQueryMatcher: Sendable {
  private let name: String
  /// nil where being there is enough.
  private let condition: TextMatcher?

  init(_ matcher: QueryParameterMatcher) {
    name = matcher.name
    condition =
      switch matcher.condition {
      case .exact(let text): .exact(text)
      case .prefix(let text): .prefix(text)
      case .regex(let source): .regex(source)
      case .present: nil
      }
  }

  func matches(_ path: CallPath) -> Bool {
    guard let value = value(path) else { return false }
    return condition?.matches(value) ?? true
  }

  /// The parameter's value; nil where it is absent.
  func value(_ path: CallPath) -> String? { path.queryParameter(named: name) }
}
