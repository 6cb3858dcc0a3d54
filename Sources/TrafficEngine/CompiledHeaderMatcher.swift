import XDSCore

/// Matches one request header.
///
/// An object for the same reason as ``CompiledRoute``.
final class CompiledHeaderMatcher: Sendable {
  /// Where the value comes from.
  private enum Source: Sendable {
    case lookup(String)
    /// The header's values one by one: any of them may meet the condition.
    case eachValue(String)
    /// The path with its query, which Envoy takes for a header.
    case path
    /// `content-type`, which gRPC takes to be the same for every call.
    case constant(String)
    /// What gRPC never shows to a matcher: pseudo-headers, `-bin` headers, names in upper case.
    case absent
  }

  private enum Condition: Sendable {
    case text(TextMatcher)
    case present(Bool)
  }

  private let source: Source
  private let condition: Condition
  private let invert: Bool
  private let takesMissingForEmpty: Bool

  init(_ matcher: HeaderMatcher, _ semantics: RouteSemantics) {
    source =
      switch semantics {
      case .grpc: CompiledHeaderMatcher.sourceInGRPC(of: matcher.name)
      case .envoy: CompiledHeaderMatcher.sourceInEnvoy(of: matcher.name)
      }
    condition = CompiledHeaderMatcher.condition(matcher.condition)
    invert = matcher.invert
    takesMissingForEmpty = matcher.takesMissingForEmpty && semantics == .envoy
  }

  func matches(_ path: CallPath, _ headers: borrowing some HeaderLookup) -> Bool {
    switch condition {
    case .text(.never):
      return false
    case .present(let wanted):
      let isAbsent = value(path, headers) == nil && !takesMissingForEmpty
      return (isAbsent != wanted) != invert
    case .text(let matcher):
      // Absent never matches a text, inverted or not.
      guard let holds = holds(matcher, path, headers) else {
        return takesMissingForEmpty && matcher.matches("") != invert
      }
      return holds != invert
    }
  }

  /// The header without which it can't match, and the value that it has to have where only one will
  /// do; nil where it may match a call without.
  var wanted: (name: String, value: [UInt8]?)? {
    guard !takesMissingForEmpty else { return nil }
    switch (source, condition) {
    case (.lookup(let name), .text(let matcher)), (.eachValue(let name), .text(let matcher)):
      guard case .exact(let value) = matcher, !invert else { return (name, nil) }
      return (name, value)
    case (_, _): return nil
    }
  }

  /// The header's value as the matcher sees it; nil where it is absent.
  func value(_ path: CallPath, _ headers: borrowing some HeaderLookup) -> String? {
    switch source {
    case .lookup(let name), .eachValue(let name): headers.headerValue(named: name)
    case .path: path.whole
    case .constant(let value): value
    case .absent: nil
    }
  }

  /// nil where the header is absent.
  private func holds(
    _ matcher: TextMatcher,
    _ path: CallPath,
    _ headers: borrowing some HeaderLookup
  ) -> Bool? {
    guard case .eachValue(let name) = source else {
      return value(path, headers).map(matcher.matches)
    }
    return headers.anyValue(ofHeader: name, meets: matcher.matches)
  }

  private static func sourceInGRPC(of name: String) -> Source {
    if name == "content-type" { return .constant("application/grpc") }
    let hasUpperCase = name.utf8.contains { $0.asciiLowercased != $0 }
    let isHidden = hasUpperCase || name.hasPrefix(":") || name.hasSuffix("-bin")
    return isHidden ? .absent : .lookup(name)
  }

  private static func sourceInEnvoy(of name: String) -> Source {
    switch String(decoding: name.lowercasedBytes, as: UTF8.self) {
    case ":path": .path
    // Two names for one thing there.
    case "host": .eachValue(":authority")
    case let name: .eachValue(name)
    }
  }

  private static func condition(_ condition: HeaderMatcher.Condition) -> Condition {
    switch condition {
    case .exact(let text): .text(.exact(text))
    case .prefix(let text): .text(.prefix(text))
    case .suffix(let text): .text(.suffix(text))
    case .contains(let text): .text(.contains(text))
    case .regex(let source): .text(.regex(source))
    case .range(let low, let high): .text(.range(low, high))
    case .present(let wanted): .present(wanted)
    }
  }
}
