import MeshModel
import SwiftProtobuf
import XDSCore
import XDSProtos

extension Envoy_Config_Route_V3_RedirectAction {
  init(_ redirect: HTTPRedirect) {
    self.init()
    if let authority = redirect.authority { hostRedirect = authority }
    if let scheme = redirect.scheme { schemeRedirect = scheme }
    if case .number(let number)? = redirect.port { portRedirect = UInt32(number) }
    responseCode = RedirectResponseCode(redirect.code ?? 301)
    switch redirect.path {
    case .whole(let path): pathRedirect = path
    case .prefix(let prefix): prefixRewrite = prefix
    case nil: break
    }
  }
}

extension Envoy_Config_Route_V3_RedirectAction.RedirectResponseCode {
  /// What the schema has no code for is none that a caller may keep for good.
  init(_ code: UInt16) {
    switch code {
    case 301: self = .movedPermanently
    case 303: self = .seeOther
    case 307: self = .temporaryRedirect
    case 308: self = .permanentRedirect
    default: self = .found
    }
  }
}

extension Envoy_Config_Route_V3_DirectResponseAction {
  init(_ response: HTTPDirectResponse) {
    self.init()
    status = UInt32(response.status)
    switch response.body {
    case .text(let text): body.inlineString = text
    case .bytes(let bytes): body.inlineBytes.append(contentsOf: bytes)
    case nil: break
    }
  }
}

extension Route {
  /// The largest body that Istio lets a rule answer with, in bytes.
  static let largestBody: UInt32 = 1_048_576
  /// What Envoy takes without being told, in bytes.
  private static let usualBody = 4096

  /// Whether its answer is one that Envoy takes only if it is told of the size.
  var hasLargeBody: Bool {
    guard case .directResponse(let response) = action else { return false }
    switch response.body {
    case .text(let text): return text.utf8.count > Self.usualBody
    case .bytes(let bytes): return bytes.count > Self.usualBody
    case nil: return false
    }
  }
}

extension Envoy_Config_Route_V3_QueryParameterMatcher {
  init(_ matcher: QueryParameterMatcher) {
    self.init()
    name = matcher.name
    switch matcher.condition {
    case .exact(let text): stringMatch.exact = text
    case .prefix(let text): stringMatch.prefix = text
    case .regex(let regex): stringMatch.safeRegex.regex = regex
    case .present: presentMatch = true
    }
  }
}
