import MeshModel
import SwiftProtobuf
import XDSCore
import XDSProtos

extension RouteMatch {
  /// Decodes a match (gRFC A28, A63); nil where gRPC clients leave the route out.
  init?(_ message: Envoy_Config_Route_V3_RouteMatch) throws(WireError) {
    guard message.queryParameters.isEmpty else { return nil }
    var headers: [HeaderMatcher] = []
    for header in message.headers {
      headers.append(
        try within("header \(header.name)") { () throws(WireError) in try HeaderMatcher(header) }
      )
    }
    self.init(
      path: try message.decodedPath(),
      caseSensitive: message.hasCaseSensitive ? message.caseSensitive.value : true,
      headers: headers,
      fractionPerMillion: message.runtimeFraction.hasDefaultValue
        ? try message.runtimeFraction.defaultValue.perMillion("runtime_fraction") : nil
    )
  }
}

extension Envoy_Config_Route_V3_RouteMatch {
  fileprivate func decodedPath() throws(WireError) -> RouteMatch.Path {
    switch pathSpecifier {
    case .prefix(let prefix): return .prefix(prefix)
    case .path(let path): return .exact(path)
    case .safeRegex(let matcher): return .regex(try matcher.checked("path"))
    case .connectMatcher: throw WireError("connect_matcher; want prefix, path or safe_regex")
    case .pathSeparatedPrefix:
      throw WireError("path_separated_prefix; want prefix, path or safe_regex")
    case .pathMatchPolicy: throw WireError("path_match_policy; want prefix, path or safe_regex")
    case nil: throw WireError("path is missing; want prefix, path or safe_regex")
    }
  }
}

extension HeaderMatcher {
  init(_ message: Envoy_Config_Route_V3_HeaderMatcher) throws(WireError) {
    guard !message.name.isEmpty else { throw WireError("name is missing") }
    self.init(
      name: message.name,
      condition: try message.decodedCondition(),
      invert: message.invertMatch
    )
  }
}

extension Envoy_Config_Route_V3_HeaderMatcher {
  /// Both the old fields, one a form, and `string_match`.
  fileprivate func decodedCondition() throws(WireError) -> HeaderMatcher.Condition {
    switch headerMatchSpecifier {
    case .exactMatch(let text): return .exact(text)
    case .prefixMatch(let text): return .prefix(text)
    case .suffixMatch(let text): return .suffix(text)
    case .containsMatch(let text): return .contains(text)
    case .safeRegexMatch(let matcher): return .regex(try matcher.checked("safe_regex_match"))
    case .rangeMatch(let range):
      guard range.start <= range.end else {
        throw WireError("range_match is \(range.start) to \(range.end); want start <= end")
      }
      return .range(range.start, range.end)
    case .presentMatch(let present): return .present(present)
    case .stringMatch(let matcher): return try matcher.decoded()
    case nil: throw WireError("the matcher says nothing of the value; want string_match or such")
    }
  }
}

extension Envoy_Type_Matcher_V3_StringMatcher {
  fileprivate func decoded() throws(WireError) -> HeaderMatcher.Condition {
    switch matchPattern {
    case .exact(let text): return ignoreCase ? .regex(anyCase(text)) : .exact(text)
    case .prefix(let text): return ignoreCase ? .regex(anyCase(text) + ".*") : .prefix(text)
    case .suffix(let text): return ignoreCase ? .regex(".*" + anyCase(text)) : .suffix(text)
    case .contains(let text):
      return ignoreCase ? .regex(".*" + anyCase(text) + ".*") : .contains(text)
    // `ignore_case` has no effect on it.
    case .safeRegex(let matcher): return .regex(try matcher.checked("string_match"))
    case nil: throw WireError("string_match is empty; want a pattern")
    }
  }
}

extension Envoy_Type_Matcher_V3_RegexMatcher {
  /// The expression, which is one in RE2's syntax.
  fileprivate func checked(_ place: String) throws(WireError) -> String {
    do throws(MeshConfigError) {
      return try RE2Pattern(regex).source
    } catch {
      throw WireError("\(place): \(error.message)")
    }
  }
}

extension Envoy_Type_V3_FractionalPercent {
  /// At most a million.
  func perMillion(_ place: String) throws(WireError) -> UInt32 {
    let factor: UInt64 =
      switch denominator {
      case .hundred: 10_000
      case .tenThousand: 100
      case .million: 1
      case .UNRECOGNIZED(let value):
        throw WireError("\(place): denominator is \(value); want 0, 1 or 2")
      }
    return UInt32(min(UInt64(numerator) * factor, 1_000_000))
  }
}

/// A regular expression for `text` in any mixture of ASCII upper and lower case.
private func anyCase(_ text: String) -> String {
  var pattern = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "a"..."z", "A"..."Z":
      let character = Character(scalar)
      pattern += "[\(character.lowercased())\(character.uppercased())]"
    case "0"..."9", " ", "_":
      pattern.unicodeScalars.append(scalar)
    default:
      if scalar.isASCII { pattern += "\\" }
      pattern.unicodeScalars.append(scalar)
    }
  }
  return pattern
}
