import MeshModel
import XDSCore

extension Route {
  /// What makes proxyless gRPC refuse the route, a sentence each.
  var defects: [String] {
    let patterns = [match.pathPattern].compactMap(\.self) + match.headers.compactMap(\.pattern)
    return patterns.compactMap(Route.defect(ofPattern:)) + action.defects
  }

  private static func defect(ofPattern source: String) -> String? {
    do throws(MeshConfigError) {
      _ = try RE2Pattern(source)
      return nil
    } catch {
      return error.message
    }
  }
}

extension RouteMatch {
  fileprivate var pathPattern: String? {
    if case .regex(let source) = path { source } else { nil }
  }
}

extension HeaderMatcher {
  fileprivate var pattern: String? {
    if case .regex(let source) = condition { source } else { nil }
  }
}

extension RouteAction {
  fileprivate var defects: [String] {
    guard case .weightedClusters(let clusters) = self else { return [] }
    let sum = clusters.reduce(UInt64(0)) { $0 + UInt64($1.weight) }
    if sum == 0 { return ["the weights' sum is 0; want at least one cluster above 0"] }
    if sum <= UInt64(UInt32.max) { return [] }
    return ["the weights' sum is \(sum); want at most \(UInt32.max)"]
  }
}
